import type { ByteSource } from "./byte-source.ts";
import { csvColumns } from "./csv-columns.ts";
import { CsvSource } from "./csv-source.ts";
import type { LogFormat } from "./formats.ts";
import { WrappedSource } from "./wrapped-source.ts";

const NEWLINE = 0x0a;
/** A header row is shorter; so much is read before it is decided. */
const HEAD_BYTES_MAX = 16 * 1024;

/** The bytes as lines: a table's rows become lines, text and JSON are lines already. */
export function asLines(bytes: ByteSource, format: LogFormat): ByteSource {
  if (format === "csv") return new CsvSource(bytes);
  return format === "auto" ? new AutoSource(bytes) : bytes;
}

/** Looks at the first line: a header row of a table with a message column is one, nothing else. */
class AutoSource extends WrappedSource {
  #chosen: ByteSource | null = null;

  read(buffer: Uint8Array, at: number): number | Promise<number> {
    return this.#chosen === null ? this.#decide(buffer, at) : this.#chosen.read(buffer, at);
  }

  async #decide(buffer: Uint8Array, at: number): Promise<number> {
    const head = Buffer.alloc(HEAD_BYTES_MAX);
    let end = 0;
    let newline = -1;
    while (newline < 0 && end < head.length) {
      const count = await this.bytes.read(head, end);
      if (count === 0) break;
      end += count;
      newline = head.subarray(0, end).indexOf(NEWLINE);
    }
    const whole = new HeadedSource(this.bytes, head.subarray(0, end));
    const isTable = newline > 0 && csvColumns(head.subarray(0, newline), true) !== null;
    this.#chosen = isTable ? new CsvSource(whole) : whole;
    return this.#chosen.read(buffer, at);
  }
}

/** A source of which the first bytes have been read already. */
class HeadedSource extends WrappedSource {
  #head: Uint8Array;

  constructor(bytes: ByteSource, head: Uint8Array) {
    super(bytes);
    this.#head = head;
  }

  read(buffer: Uint8Array, at: number): number | Promise<number> {
    if (this.#head.length === 0) return this.bytes.read(buffer, at);
    const count = Math.min(this.#head.length, buffer.length - at);
    buffer.set(this.#head.subarray(0, count), at);
    this.#head = this.#head.subarray(count);
    return count;
  }
}
