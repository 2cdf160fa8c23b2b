import type { FactBatch } from "../../../lib/domain/fact-batch.ts";

/**
 * Kernel text longer than this is cut; the longest limit line has 75 bytes, sonewconn about 190.
 */
const TEXT_BYTES = 192;
/** "No earlier entry": an entry number that is never valid. */
const NONE = 0;
/** Most partitions never hold more; the rest comes when it is needed. */
const SLOTS_FIRST = 256;

const encoder = new TextEncoder();

export interface EvidenceLine {
  readonly second: number;
  readonly gauge: number;
  /** `topic/partition@offset#line` or `file#line`. */
  readonly at: string;
  readonly text: string;
}

/**
 * The first line of each recent run of hot seconds, kept as bytes in a ring: an incident quotes
 * what was really written. When the ring turns over, the oldest quotes go; counts do not.
 */
export class EvidenceRing {
  readonly #slotsMax: number;
  #slots: number;
  /**
   * Number of the next entry, from 1, modulo 2^32; a slot's entry is the newest that fell on it.
   */
  #next = 1;
  #owner: Int32Array;
  #before: Uint32Array;
  #second: Uint32Array;
  /** The latest second of an entry and all of its host's before it: where a search may end. */
  #reach: Uint32Array;
  #gauge: Int8Array;
  /** Shared strings: one per file or record that lines came from. */
  readonly #origin: string[] = [];
  #line: Float64Array;
  #length: Uint8Array;
  #text: Uint8Array;
  /** The newest entry of each host. */
  #newest = new Uint32Array(1_024);

  /** `slots` must be a power of two. */
  constructor(slots: number) {
    this.#slotsMax = slots;
    this.#slots = Math.min(slots, SLOTS_FIRST);
    this.#owner = new Int32Array(this.#slots).fill(-1);
    this.#before = new Uint32Array(this.#slots);
    this.#second = new Uint32Array(this.#slots);
    this.#reach = new Uint32Array(this.#slots);
    this.#gauge = new Int8Array(this.#slots);
    this.#line = new Float64Array(this.#slots);
    this.#length = new Uint8Array(this.#slots);
    this.#text = new Uint8Array(this.#slots * TEXT_BYTES);
  }

  /** The line of a fact, as it was written. */
  recordLine(batch: FactBatch, index: number, host: number, gauge: number, second: number): void {
    const start = batch.textStart[index]!;
    const bytes = start < 0 ? batch.quotes[-1 - start]! : batch.bytes;
    const from = start < 0 ? 0 : start;
    const to = batch.textEnd[index]!;
    const origin = batch.origins[batch.origin[index]!] ?? "";
    this.record(host, second, gauge, origin, batch.line[index]!, bytes, from, to);
  }

  /** What a fact says, where no line of it can be quoted. */
  recordText(
    batch: FactBatch,
    index: number,
    host: number,
    gauge: number,
    second: number,
    text: string,
  ): void {
    const bytes = encoder.encode(text);
    const origin = batch.origins[batch.origin[index]!] ?? "";
    this.record(host, second, gauge, origin, batch.line[index]!, bytes, 0, bytes.length);
  }

  record(
    host: number,
    second: number,
    gauge: number,
    origin: string,
    line: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (host >= this.#newest.length) this.#growHosts(host);
    const entry = this.#next;
    // Entry numbers are slots until the ring turns over, so up to there growth moves nothing.
    if (entry === this.#slots && entry < this.#slotsMax) this.#growSlots();
    this.#next = entry === 0xffffffff ? 1 : entry + 1;
    const slot = entry & (this.#slots - 1);
    const before = this.#newest[host]!;
    const isFirst = before === NONE || !this.#isKept(before, host);
    const reach = isFirst ? 0 : this.#reach[before & (this.#slots - 1)]!;
    this.#owner[slot] = host;
    this.#before[slot] = before;
    this.#second[slot] = second;
    this.#reach[slot] = reach > second ? reach : second;
    this.#gauge[slot] = gauge;
    this.#origin[slot] = origin;
    this.#line[slot] = line;
    const length = Math.min(end - start, TEXT_BYTES);
    this.#length[slot] = length;
    const at = slot * TEXT_BYTES;
    const text = this.#text;
    for (let i = 0; i < length; i++) text[at + i] = bytes[start + i]!;
    this.#newest[host] = entry;
  }

  /** The earliest kept line of a host in [fromSecond, toSecond] of one of the gauges. */
  earliest(
    host: number,
    gaugeMask: number,
    fromSecond: number,
    toSecond: number,
  ): EvidenceLine | null {
    const slot = this.find(host, gaugeMask, fromSecond, toSecond);
    return slot < 0 ? null : this.read(slot);
  }

  /** The slot of that line, or -1; good until the next `record`. */
  find(host: number, gaugeMask: number, fromSecond: number, toSecond: number): number {
    let found = -1;
    let entry = host < this.#newest.length ? this.#newest[host]! : NONE;
    while (entry !== NONE && this.#isKept(entry, host)) {
      const slot = entry & (this.#slots - 1);
      if (this.#reach[slot]! < fromSecond) return found;
      const second = this.#second[slot]!;
      const fits = second >= fromSecond && second <= toSecond;
      // Of two in one second the one that came first: a later one changes no answer.
      const better = found < 0 || second <= this.#second[found]!;
      if (fits && better && ((gaugeMask >>> this.#gauge[slot]!) & 1) === 1) found = slot;
      entry = this.#before[slot]!;
    }
    return found;
  }

  secondAt(slot: number): number {
    return this.#second[slot]!;
  }

  #isKept(entry: number, host: number): boolean {
    const age = (this.#next - entry) >>> 0;
    return age <= this.#slots && this.#owner[entry & (this.#slots - 1)] === host;
  }

  read(slot: number): EvidenceLine {
    const at = slot * TEXT_BYTES;
    return {
      second: this.#second[slot]!,
      gauge: this.#gauge[slot]!,
      at: `${this.#origin[slot]!}#${this.#line[slot]!}`,
      text: new TextDecoder().decode(this.#text.subarray(at, at + this.#length[slot]!)),
    };
  }

  #growSlots(): void {
    const slots = this.#slots * 2;
    const owner = new Int32Array(slots).fill(-1);
    owner.set(this.#owner);
    this.#owner = owner;
    this.#before = grown(Uint32Array, this.#before, slots);
    this.#second = grown(Uint32Array, this.#second, slots);
    this.#reach = grown(Uint32Array, this.#reach, slots);
    this.#gauge = grown(Int8Array, this.#gauge, slots);
    this.#line = grown(Float64Array, this.#line, slots);
    this.#length = grown(Uint8Array, this.#length, slots);
    this.#text = grown(Uint8Array, this.#text, slots * TEXT_BYTES);
    this.#slots = slots;
  }

  #growHosts(host: number): void {
    const newest = new Uint32Array(Math.max(this.#newest.length * 2, host + 1));
    newest.set(this.#newest);
    this.#newest = newest;
  }
}

interface Column<T> {
  readonly length: number;
  set(from: T): void;
}

function grown<T extends Column<T>>(Kind: new (length: number) => T, from: T, length: number): T {
  const to = new Kind(length);
  to.set(from);
  return to;
}
