/**
 * Kernel text longer than this is cut; the longest limit line has 75 bytes, sonewconn about 190.
 */
const TEXT_BYTES = 192;
/** "No earlier entry": an entry number that is never valid. */
const NONE = 0;

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
  readonly #slots: number;
  /**
   * Number of the next entry, from 1, modulo 2^32; a slot's entry is the newest that fell on it.
   */
  #next = 1;
  readonly #owner: Int32Array;
  readonly #before: Uint32Array;
  readonly #second: Uint32Array;
  readonly #gauge: Int8Array;
  /** Shared strings: one per file or record that lines came from. */
  readonly #origin: string[];
  readonly #line: Float64Array;
  readonly #length: Uint8Array;
  readonly #text: Uint8Array;
  /** The newest entry of each host. */
  #newest = new Uint32Array(1_024);

  /** `slots` must be a power of two. */
  constructor(slots: number) {
    this.#slots = slots;
    this.#owner = new Int32Array(slots).fill(-1);
    this.#before = new Uint32Array(slots);
    this.#second = new Uint32Array(slots);
    this.#gauge = new Int8Array(slots);
    this.#origin = Array.from({ length: slots }, () => "");
    this.#line = new Float64Array(slots);
    this.#length = new Uint8Array(slots);
    this.#text = new Uint8Array(slots * TEXT_BYTES);
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
    if (host >= this.#newest.length) this.#grow(host);
    const entry = this.#next;
    this.#next = entry === 0xffffffff ? 1 : entry + 1;
    const slot = entry & (this.#slots - 1);
    this.#owner[slot] = host;
    this.#before[slot] = this.#newest[host]!;
    this.#second[slot] = second;
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
    let found = -1;
    let entry = host < this.#newest.length ? this.#newest[host]! : NONE;
    while (entry !== NONE && this.#isKept(entry, host)) {
      const slot = entry & (this.#slots - 1);
      const second = this.#second[slot]!;
      const fits = second >= fromSecond && second <= toSecond;
      const better = found < 0 || second < this.#second[found]!;
      if (fits && better && ((gaugeMask >>> this.#gauge[slot]!) & 1) === 1) found = slot;
      entry = this.#before[slot]!;
    }
    return found < 0 ? null : this.#read(found);
  }

  #isKept(entry: number, host: number): boolean {
    const age = (this.#next - entry) >>> 0;
    return age <= this.#slots && this.#owner[entry & (this.#slots - 1)] === host;
  }

  #read(slot: number): EvidenceLine {
    const at = slot * TEXT_BYTES;
    return {
      second: this.#second[slot]!,
      gauge: this.#gauge[slot]!,
      at: `${this.#origin[slot]!}#${this.#line[slot]!}`,
      text: new TextDecoder().decode(this.#text.subarray(at, at + this.#length[slot]!)),
    };
  }

  #grow(host: number): void {
    const newest = new Uint32Array(Math.max(this.#newest.length * 2, host + 1));
    newest.set(this.#newest);
    this.#newest = newest;
  }
}
