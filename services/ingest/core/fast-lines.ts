import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { assert } from "../../../lib/domain/assert.ts";
import { LIMITS } from "../limits.ts";
import * as memory from "./line-memory.ts";

export { ROWS_MAX } from "./line-memory.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { limitRows, MEMORY, oneLine, PASSED, rememberHost, ROWS } = memory;
const { WINDOW, WINDOW_BYTES } = memory;

/** Words of a row, as assembly/limit-rows.ts writes them. */
const LINES = 0;
const LINE_START = 1;
const DATE_START = 2;
const DATE_NUMBER = 3;
const HOST_START = 4;
const HOST_END = 5;
const TEXT_START = 6;
const TEXT_END = 7;
const GAUGE = 8;
const OFFERED = 9;
const ALLOWED = 10;
/** As `rememberHost` was told, or -1. */
const HOST = 11;
const ROW_WORDS = 12;
assert(memory.ROW_WORDS === ROW_WORDS, "a row has the same words on both sides");

const NEWLINE = 0x0a;

/** What `readAlone` made of a line. */
export const FAST_DROP = memory.DROP;
export const FAST_LIMIT = memory.LIMIT;
/** Nothing decided: the general reader must look. */
export const FAST_UNSURE = memory.UNSURE;

/** With so much behind it a line is cut off by no window: it is for the general reader. */
const REACH_BYTES = LIMITS.lineBytesMax + memory.LINE_BYTES_MIN;

/** How often the window was filled: it is one for all readers, since a fleet's files are many. */
let fills = 1;
/** How often anybody read: rows are those of the last call. */
let calls = 0;

/** A number for each realm of each directory: hosts are remembered by it. */
const namesOf = new WeakMap<HostDirectory, Map<number, number>>();
let namesGiven = 0;

/**
 * The commonest lines of all, `Nov 20 08:30:00 host tag: text`, by WebAssembly (assembly/): limit
 * lines become rows, and lines that are not ours are passed by. Rows stand until the next call of
 * anybody; their offsets are those of the bytes that were opened.
 */
export class FastLines {
  /** Of the last call: its limit lines, all lines that it passed, and where the next one begins. */
  rows = 0;
  lines = 0;
  next = 0;
  readonly #directory: HostDirectory | null;
  /** Of the names of hosts, and the number that they are remembered by; 0 is no realm's. */
  #realm = 0;
  #names = 0;
  #call = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** The filling of the window that was ours last, and which of the bytes it has. */
  #fill = 0;
  #from = 0;
  #to = 0;
  /** From offsets in memory to those of the bytes. */
  #shift = 0;

  /** Without a directory rows have no `host`. */
  constructor(directory: HostDirectory | null) {
    this.#directory = directory;
  }

  /** Call whenever bytes[0, end) may have changed. */
  open(bytes: Uint8Array, end: number, realm: number): void {
    this.#enter(realm);
    this.#bytes = bytes;
    this.#end = end;
    this.#fill = 0;
  }

  /**
   * Reads whole lines from `start`, with at most `rowsMax` limit lines among them. True where the
   * line at `next` is for the general reader, as is what has no newline yet.
   */
  read(start: number, rowsMax: number): boolean {
    if (!this.#holds(start)) this.#fillFrom(start);
    this.#call = ++calls;
    const shift = this.#shift;
    const { lineBytesMax } = LIMITS;
    this.rows = limitRows(start - shift, this.#to - shift, rowsMax, lineBytesMax, this.#names);
    this.next = PASSED[0]! + shift;
    this.lines = PASSED[1]!;
    return this.rows < rowsMax && this.next < this.#end && this.#holds(this.next);
  }

  /**
   * Reads what is one line and nothing else, with its newline or without: bytes[start, stop). A
   * FAST_LIMIT is row 0.
   */
  readAlone(bytes: Uint8Array, start: number, stop: number, realm: number): number {
    if (stop - start > LIMITS.lineBytesMax) return FAST_UNSURE;
    fills += 1;
    this.#call = ++calls;
    this.#enter(realm);
    this.#bytes = bytes;
    const isWhole = start === 0 && stop === bytes.length;
    MEMORY.set(isWhole ? bytes : bytes.subarray(start, stop), WINDOW);
    this.#shift = start - WINDOW;
    const end = stop - start - (bytes[stop - 1] === NEWLINE ? 1 : 0);
    return oneLine(WINDOW, WINDOW + end, this.#names);
  }

  /** How many lines were passed up to this one, itself among them. */
  linesUpTo(row: number): number {
    return ROWS[row * ROW_WORDS + LINES]!;
  }

  lineStart(row: number): number {
    return ROWS[row * ROW_WORDS + LINE_START]! + this.#shift;
  }

  /** Start of the RFC 3164 date. */
  dateStart(row: number): number {
    return ROWS[row * ROW_WORDS + DATE_START]! + this.#shift;
  }

  /** The same number is the same date, byte for byte. */
  dateNumber(row: number): number {
    return ROWS[row * ROW_WORDS + DATE_NUMBER]!;
  }

  /** The host of the directory that the row names. */
  host(row: number): number {
    const host = ROWS[row * ROW_WORDS + HOST]!;
    return host < 0 ? this.#learnHost(row) : host;
  }

  hostStart(row: number): number {
    return ROWS[row * ROW_WORDS + HOST_START]! + this.#shift;
  }

  hostEnd(row: number): number {
    return ROWS[row * ROW_WORDS + HOST_END]! + this.#shift;
  }

  textStart(row: number): number {
    return ROWS[row * ROW_WORDS + TEXT_START]! + this.#shift;
  }

  /** Behind the text, which is the line's end. */
  textEnd(row: number): number {
    return ROWS[row * ROW_WORDS + TEXT_END]! + this.#shift;
  }

  gauge(row: number): number {
    return ROWS[row * ROW_WORDS + GAUGE]!;
  }

  offered(row: number): number {
    return ROWS[row * ROW_WORDS + OFFERED]!;
  }

  allowed(row: number): number {
    return ROWS[row * ROW_WORDS + ALLOWED]!;
  }

  #learnHost(row: number): number {
    const [start, end] = [this.hostStart(row), this.hostEnd(row)];
    assert(this.#directory !== null, "who asks for hosts brings a directory");
    assert(this.#call === calls, "rows are taken before anybody reads on");
    const host = this.#directory.idOfBytes(this.#bytes, start, end, this.#realm);
    rememberHost(start - this.#shift, end - this.#shift, this.#names, host);
    return host;
  }

  #enter(realm: number): void {
    if (this.#directory === null || (realm === this.#realm && this.#names > 0)) return;
    let names = namesOf.get(this.#directory);
    if (names === undefined) namesOf.set(this.#directory, (names = new Map()));
    const known = names.get(realm) ?? (namesGiven += 1);
    names.set(realm, known);
    this.#realm = realm;
    this.#names = known;
  }

  /** Whether a line that begins there is in the window as far as anybody needs it. */
  #holds(start: number): boolean {
    if (this.#fill !== fills || start < this.#from || start > this.#to) return false;
    return this.#to === this.#end || this.#to - start >= REACH_BYTES;
  }

  #fillFrom(start: number): void {
    this.#fill = ++fills;
    this.#from = start;
    this.#to = Math.min(start + WINDOW_BYTES, this.#end);
    this.#shift = start - WINDOW;
    MEMORY.set(this.#bytes.subarray(start, this.#to), WINDOW);
  }
}
