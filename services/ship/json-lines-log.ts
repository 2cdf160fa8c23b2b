import type { Clock } from "../../lib/process/clock.ts";
import type { Appended, NewRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { lineObject } from "./core/kernel-line.ts";
import { linesOf } from "./core/octet-frames.ts";
import { sampleObject } from "./core/sample-object.ts";
import type { ShipEvents } from "./events.ts";

export interface JsonLinesLogOptions {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: ShipEvents;
  /** Writes one object; resolves when there is room for more. */
  readonly write: (object: object) => Promise<void>;
}

/** Stands where the spool stands, and prints: nothing is kept, whoever reads is waited for. */
export class JsonLinesLog {
  readonly #options: JsonLinesLogOptions;

  constructor(options: JsonLinesLogOptions) {
    this.#options = options;
  }

  async append(
    topic: string,
    _partition: number,
    records: readonly NewRecord[],
  ): Promise<Appended> {
    const { clock, events } = this.#options;
    let lines = 0;
    for (const { value } of records) lines += await this.#print(value ?? new Uint8Array(0));
    if (lines > 0) events.sent(topic, records.length, lines);
    return { firstOffset: 0, arrivalMs: clock.nowMs() };
  }

  /** How many lines and samples it printed. */
  async #print(value: Uint8Array): Promise<number> {
    const { codec, events, write } = this.#options;
    const message = decodeMessage(codec, value, ["line-batch", "sample-batch"]);
    if (message.ok && message.name === "line-batch") {
      const { bytes, host } = message.value;
      const lines = linesOf(bytes);
      for (const line of lines) await write(lineObject(line, host));
      return lines.length;
    }
    if (message.ok && message.name === "sample-batch") {
      const { samples, host, os } = message.value;
      for (const sample of samples) await write(sampleObject(host, os, sample));
      return samples.length;
    }
    const rejected = decodeMessage(codec, value, ["rejected"]);
    if (rejected.ok) events.rejectTold(rejected.value.reason, rejected.value.at);
    return 0;
  }
}
