import type { Rejected } from "../../../lib/domain/rejected.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import { partitionOf } from "../../../lib/stream/partition.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import type { RejectReason } from "../core/reading.ts";
import type { Outbox } from "./outbox.ts";

export interface RejectWriterOptions {
  readonly input: string;
  /** What positions begin with: the input's name, or the path of its file. */
  readonly place: string;
  /** Topic and partition count of `rejected`. */
  readonly topic: string;
  readonly partitions: number;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly outbox: Outbox;
}

/** Keeps the bytes of lines that are refused before they get into `lines`. */
export class RejectWriter {
  readonly #options: RejectWriterOptions;
  readonly #partition: number;

  constructor(options: RejectWriterOptions) {
    this.#options = options;
    this.#partition = partitionOf(options.input, options.partitions);
  }

  /** `line` counts from 1 at the start of the input; `bytes` may be reused after the call. */
  add(
    reason: RejectReason,
    detail: string,
    line: number,
    bytes: Uint8Array,
    originalBytes: number,
  ): void {
    const { input, place, topic, codec, clock, outbox } = this.#options;
    const rejected: Rejected = {
      reason,
      detail,
      input,
      at: `${place}#${line}`,
      arrivalMs: clock.nowMs(),
      bytes,
      originalBytes,
    };
    const value = encodeMessage(codec, "rejected", rejected);
    outbox.put(topic, this.#partition, { key: null, value });
  }
}
