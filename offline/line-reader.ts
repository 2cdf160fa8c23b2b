import { LIMITS } from "../services/ingest/limits.ts";
import type { ByteSource } from "./byte-source.ts";

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const BUFFER_BYTES = 64 * 1024;

/**
 * The lines of a byte source one by one, for who wants every line and not only the facts in it. A
 * line ends at `\n` only; what stands behind the last one is a line too. Call `fill`, then `next`
 * until it answers false, and so on until `fill` does: memory holds one line of the longest kind.
 */
export class LineReader {
  /** The line that `next` found: bytes[start, end). Good until `fill`. */
  bytes: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  start = 0;
  end = 0;
  /** From 1. */
  lineNumber = 0;
  /** Longer than its kind may be; the line stops at the cap, and the rest of it is skipped. */
  isTooLong = false;
  readonly #source: ByteSource;
  #next = 0;
  #filled = 0;
  #isOver = false;
  #isSkipping = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Reads on; false at the end of the input. */
  async fill(): Promise<boolean> {
    if (this.#isOver) return false;
    this.bytes.copyWithin(0, this.#next, this.#filled);
    this.#filled -= this.#next;
    this.#next = 0;
    if (this.#filled === this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, this.#filled);
      this.bytes = larger;
    }
    const count = await this.#source.read(this.bytes, this.#filled);
    this.#filled += count;
    this.#isOver = count === 0;
    if (this.#isOver) this.#source.close();
    return true;
  }

  /** The next whole line of what has been read; false where there is none. */
  next(): boolean {
    if (this.#isSkipping) this.#skip();
    if (this.#next === this.#filled) return false;
    const newline = this.#newline();
    const lineEnd = newline < 0 ? this.#filled : newline;
    const bytesMax = this.#bytesMax();
    this.isTooLong = lineEnd - this.#next > bytesMax;
    if (newline < 0 && !this.#isOver && !this.isTooLong) return false;
    this.start = this.#next;
    this.end = this.isTooLong ? this.start + bytesMax : lineEnd;
    this.lineNumber += 1;
    this.#isSkipping = newline < 0 && this.isTooLong;
    this.#next = newline < 0 ? this.#filled : newline + 1;
    return true;
  }

  /** JSON may be a batch of events, which is as long as a record of a log may be. */
  #bytesMax(): number {
    const first = this.bytes[this.#next];
    const isJson = first === OPEN_BRACE || first === OPEN_BRACKET;
    return isJson ? LIMITS.jsonLineBytesMax : LIMITS.lineBytesMax;
  }

  #skip(): void {
    const newline = this.#newline();
    this.#isSkipping = newline < 0;
    this.#next = newline < 0 ? this.#filled : newline + 1;
  }

  /** Where the next newline stands; -1 where it has not been read. */
  #newline(): number {
    const at = this.bytes.subarray(this.#next, this.#filled).indexOf(NEWLINE);
    return at < 0 ? -1 : this.#next + at;
  }
}
