import { assert } from "../../../lib/domain/assert.ts";
import * as pools from "./cell-pool.ts";
import * as cells from "./track-cells.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { CELLS_PER_CHUNK, CELL_WORDS, NO_CHUNK } = pools;
const { FIRST_SECOND, GAUGE_BITS, LAST_HOT, LAST_SECOND, NEVER_AFTER, NEVER_BEFORE } = cells;
const { NEXT_AND_GAUGE, TAIL, WORDS } = cells;

/** Links have the bits that the gauge leaves; cells would fill memory long before. */
const TRACKS_MAX = 2 ** (32 - GAUGE_BITS) - 2;
/** A cell's numbers have 32 bits: a repeat multiplies, and nobody asks what lies above. */
const CELL_MAX = 0xffffffff;

/**
 * Tracks: the cells of one gauge of one host in time order. `put` and `set` answer through fields,
 * so that a line costs no object.
 */
export class Tracks extends cells.TrackCells {
  size = 0;
  /** Answer of `put`: how much the cell's two maxima grew, and whether its second became hot. */
  offeredGrowth = 0;
  suppressedGrowth = 0;
  becameHot = false;
  /** Answer of `set`: whether the second is no longer hot. */
  becameCool = false;
  /** Whether the cell became the newest of its track; then the neighbours are already found. */
  isNewest = false;

  /** A new empty track in front of the host's other tracks. */
  add(gauge: number, next: number): number {
    const track = this.size++;
    assert(track < TRACKS_MAX, "there is memory for so many tracks");
    const row = track * WORDS;
    if (row === this.rows.length) this.#grow();
    const rows = this.rows;
    rows[row + NEXT_AND_GAUGE] = ((next + 1) << GAUGE_BITS) | gauge;
    rows[row + TAIL] = NO_CHUNK + 1;
    rows[row + LAST_HOT] = 0;
    rows[row + LAST_SECOND] = 0;
    rows[row + FIRST_SECOND] = 0xffffffff;
    return track;
  }

  /** Folds one fact into its cell. */
  put(track: number, second: number, factOffered: number, factSuppressed: number): void {
    this.becameCool = false;
    const offered = factOffered < CELL_MAX ? factOffered : CELL_MAX;
    const suppressed = factSuppressed < CELL_MAX ? factSuppressed : CELL_MAX;
    const rows = this.rows;
    const row = track * WORDS;
    if (second < rows[row + FIRST_SECOND]!) rows[row + FIRST_SECOND] = second;
    const tail = rows[row + TAIL]! - 1;
    if (tail === NO_CHUNK || second > rows[row + LAST_SECOND]!) {
      this.#append(track, tail, second, offered, suppressed);
      return;
    }
    this.isNewest = false;
    let chunk = tail;
    let previous = this.pool.previous(chunk);
    while (previous !== NO_CHUNK && this.pool.segment(chunk)[this.pool.base(chunk) + 1]! > second) {
      chunk = previous;
      previous = this.pool.previous(chunk);
    }
    this.#putInto(chunk, second, offered, suppressed);
    if (suppressed > 0 && second > rows[row + LAST_HOT]!) rows[row + LAST_HOT] = second;
  }

  /**
   * Makes a cell exactly this, whatever it was; answers like `put`, with growth below zero where it
   * was more. A second that is not hot and has no cell gets none.
   */
  set(track: number, second: number, offered: number, suppressed: number): void {
    const at = this.cellAt(track, second);
    this.becameCool = false;
    if (at < 0) {
      if (suppressed > 0) return this.put(track, second, offered, suppressed);
      this.offeredGrowth = 0;
      this.suppressedGrowth = 0;
      this.becameHot = false;
      return;
    }
    const words = this.cellWords;
    const before = words[at + 2]!;
    const kept = suppressed > 0 ? Math.min(offered, CELL_MAX) : 0;
    const withheld = Math.min(suppressed, CELL_MAX);
    this.isNewest = false;
    this.offeredGrowth = kept - words[at + 1]!;
    this.suppressedGrowth = withheld - before;
    this.becameHot = before === 0 && withheld > 0;
    this.becameCool = before > 0 && withheld === 0;
    words[at + 1] = kept;
    words[at + 2] = withheld;
    this.#moveLastHot(track, second);
  }

  /** Gives back every chunk whose cells are all before `second`; returns how many cells went. */
  forgetBefore(track: number, second: number): number {
    const row = track * WORDS;
    if (this.rows[row + FIRST_SECOND]! >= second) return 0;
    this.rows[row + FIRST_SECOND] = second;
    const pool = this.pool;
    let newer = NO_CHUNK;
    let chunk = this.tailOf(track);
    while (chunk !== NO_CHUNK && this.newestSecond(chunk) >= second) {
      newer = chunk;
      chunk = pool.previous(chunk);
    }
    if (chunk === NO_CHUNK) return 0;
    if (newer === NO_CHUNK) this.rows[row + TAIL] = NO_CHUNK + 1;
    else pool.link(newer, NO_CHUNK, pool.count(newer));
    let forgotten = 0;
    while (chunk !== NO_CHUNK) {
      const previous = pool.previous(chunk);
      forgotten += pool.count(chunk);
      pool.release(chunk);
      chunk = previous;
    }
    return forgotten;
  }

  #moveLastHot(track: number, second: number): void {
    const at = track * WORDS + LAST_HOT;
    const lastHot = this.rows[at]!;
    if (this.becameHot && second > lastHot) this.rows[at] = second;
    if (!this.becameCool || second !== lastHot) return;
    this.findNeighbours(track, second);
    this.rows[at] = this.hotBefore === NEVER_BEFORE ? 0 : this.hotBefore;
  }

  #append(track: number, tail: number, second: number, offered: number, suppressed: number): void {
    const pool = this.pool;
    const rows = this.rows;
    const row = track * WORDS;
    let chunk = tail;
    if (chunk === NO_CHUNK || pool.count(chunk) === CELLS_PER_CHUNK) {
      chunk = pool.allocate(tail);
      rows[row + TAIL] = chunk + 1;
    }
    const words = pool.segment(chunk);
    const at = pool.append(chunk);
    words[at] = second;
    words[at + 1] = offered;
    words[at + 2] = suppressed;
    rows[row + LAST_SECOND] = second;
    this.isNewest = true;
    this.offeredGrowth = offered;
    this.suppressedGrowth = suppressed;
    this.becameHot = suppressed > 0;
    if (!this.becameHot) return;
    const lastHot = rows[row + LAST_HOT]!;
    this.hotBefore = lastHot === 0 ? NEVER_BEFORE : lastHot;
    this.hotAfter = NEVER_AFTER;
    rows[row + LAST_HOT] = second;
  }

  #putInto(chunk: number, second: number, offered: number, suppressed: number): void {
    const pool = this.pool;
    const words = pool.segment(chunk);
    const base = pool.base(chunk) + 1;
    const count = pool.count(chunk);
    let cell = 0;
    while (cell < count && words[base + cell * CELL_WORDS]! < second) cell++;
    const at = base + cell * CELL_WORDS;
    if (cell < count && words[at] === second) {
      const offeredBefore = words[at + 1]!;
      const suppressedBefore = words[at + 2]!;
      this.offeredGrowth = Math.max(0, offered - offeredBefore);
      this.suppressedGrowth = Math.max(0, suppressed - suppressedBefore);
      this.becameHot = suppressedBefore === 0 && suppressed > 0;
      words[at + 1] = offeredBefore + this.offeredGrowth;
      words[at + 2] = suppressedBefore + this.suppressedGrowth;
      return;
    }
    if (count < CELLS_PER_CHUNK) {
      words.copyWithin(at + CELL_WORDS, at, base + count * CELL_WORDS);
      pool.link(chunk, pool.previous(chunk), count + 1);
      this.#writeCell(chunk, cell, second, offered, suppressed);
      return;
    }
    this.#split(chunk);
    const target = this.newestSecond(pool.previous(chunk)) < second ? chunk : pool.previous(chunk);
    this.#putInto(target, second, offered, suppressed);
  }

  /**
   * Moves the older cells of a full chunk into a new one before it; who links to it stays right.
   */
  #split(chunk: number): void {
    const pool = this.pool;
    const older = pool.allocate(pool.previous(chunk));
    const moved = CELLS_PER_CHUNK >> 1;
    const kept = CELLS_PER_CHUNK - moved;
    const from = pool.segment(chunk);
    const fromBase = pool.base(chunk) + 1;
    const to = pool.segment(older);
    const toBase = pool.base(older) + 1;
    for (let word = 0; word < moved * CELL_WORDS; word++)
      to[toBase + word] = from[fromBase + word]!;
    const first = fromBase + moved * CELL_WORDS;
    from.copyWithin(fromBase, first, first + kept * CELL_WORDS);
    pool.link(older, pool.previous(older), moved);
    pool.link(chunk, older, kept);
  }

  #writeCell(
    chunk: number,
    cell: number,
    second: number,
    offered: number,
    suppressed: number,
  ): void {
    const words = this.pool.segment(chunk);
    const at = this.pool.base(chunk) + 1 + cell * CELL_WORDS;
    words[at] = second;
    words[at + 1] = offered;
    words[at + 2] = suppressed;
    this.offeredGrowth = offered;
    this.suppressedGrowth = suppressed;
    this.becameHot = suppressed > 0;
  }

  #grow(): void {
    const rows = new Uint32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }
}
