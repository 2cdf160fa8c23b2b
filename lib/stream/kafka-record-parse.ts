import { KAFKA_HEADERS_MAX } from "./limits.ts";

/** One record of a batch, its numbers relative to the batch's. */
export interface ParsedRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | undefined>;
}

/** Zigzag, least significant group first (Kafka protocol, "Primitive Types"). */
export class RecordCursor {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** Throws a RangeError where the bytes are no record. */
  take(): ParsedRecord {
    const length = this.#number();
    const end = this.at + length;
    if (length < 0 || end > this.#bytes.length) throw new RangeError("a record is cut off");
    // Attributes of a record are not used by anyone.
    this.at += 1;
    const timestampDelta = this.#number();
    const offsetDelta = this.#number();
    const key = this.#slice(end);
    const value = this.#slice(end);
    const headers = this.#headers(end);
    if (this.at !== end) throw new RangeError("a record is longer than it says");
    return { offsetDelta, timestampDelta, key, value, headers };
  }

  /** Kafka allows a name several times; the last one counts. */
  #headers(end: number): Record<string, Buffer | undefined> {
    const count = this.#number();
    if (count === 0) return NO_HEADERS;
    if (count < 0) throw new RangeError("a record has fewer than no headers");
    const headers: [string, Buffer | undefined][] = [];
    for (let index = 0; index < count; index++) {
      const name = this.#slice(end);
      const value = this.#slice(end);
      if (name === null) throw new RangeError("a header has no name");
      if (index >= KAFKA_HEADERS_MAX) continue;
      headers.push([name.toString("utf8"), value ?? undefined]);
    }
    return Object.fromEntries(headers);
  }

  #slice(end: number): Buffer | null {
    const length = this.#number();
    if (length === -1) return null;
    const from = this.at;
    if (length < 0 || from + length > end)
      throw new RangeError("a field is longer than its record");
    this.at = from + length;
    return this.#bytes.subarray(from, this.at);
  }

  #number(): number {
    let raw = 0;
    for (let factor = 1, bytes = 1; ; factor *= 128, bytes++) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined || bytes > 10) throw new RangeError("a number is cut off");
      raw += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    const half = Math.floor(raw / 2);
    return raw % 2 === 0 ? half : -half - 1;
  }
}

/** Of records without any: nearly all. */
export const NO_HEADERS: Record<string, Buffer | undefined> = {};
