import type { FactBatch } from "../lib/domain/fact-batch.ts";
import type { OutcomeCounts } from "../services/ingest/core/outcome-counts.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { LineScanner, type LineScannerOptions } from "../services/ingest/line-scanner.ts";
import type { ByteSource } from "./byte-source.ts";
import type { FactSource } from "./fact-source.ts";

/** Facts of the lines of one byte source, through one buffer that is read again and again. */
export class LineSource implements FactSource {
  readonly name: string;
  readonly #bytes: ByteSource;
  readonly #scanner: LineScanner;
  #buffer: Buffer;
  #start = 0;
  #end = 0;
  #isOver = false;

  constructor(bytes: ByteSource, options: LineScannerOptions, bufferBytes: number) {
    this.name = bytes.name;
    this.#bytes = bytes;
    this.#scanner = new LineScanner(options);
    this.#buffer = Buffer.allocUnsafeSlow(bufferBytes);
  }

  get counts(): OutcomeCounts {
    return this.#scanner.counts;
  }

  next(): FactBatch | null | Promise<FactBatch | null> {
    this.#scanner.batch.clear();
    for (;;) {
      if (this.#scan()) return this.#scanner.batch;
      if (this.#isOver) return this.#finish();
      const count = this.#bytes.read(this.#makeRoom(), this.#end);
      if (count instanceof Promise) return this.#continue(count);
      this.#filled(count);
    }
  }

  async #continue(reading: Promise<number>): Promise<FactBatch | null> {
    this.#filled(await reading);
    return this.next();
  }

  /** Scans what is there; true when it gave facts. */
  #scan(): boolean {
    if (this.#start < this.#end || this.#scanner.hasPending) {
      this.#start = this.#scanner.scan(this.#buffer, this.#start, this.#end, this.#isOver);
    }
    return this.#scanner.batch.length > 0;
  }

  #filled(count: number): void {
    this.#end += count;
    if (count === 0) this.#isOver = true;
  }

  /** Moves the rest of a line to the front, and grows where one line fills the buffer. */
  #makeRoom(): Buffer {
    const rest = this.#end - this.#start;
    if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = rest;
    }
    if (rest === this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(rest * 2, LIMITS.jsonLineBytesMax * 2));
      this.#buffer.copy(larger, 0, 0, rest);
      this.#buffer = larger;
    }
    return this.#buffer;
  }

  #finish(): null {
    this.#bytes.close();
    return null;
  }
}
