import type { Control } from "../../lib/domain/control.ts";
import type { Log, LogRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { Events } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { TopicTail } from "./topic-tail.ts";

/** The latest of every control, as far as the log was read. */
export class ControlBoard {
  readonly #tail: TopicTail;
  readonly #topic: string;
  readonly #codec: Codec;
  readonly #events: Events;
  readonly #controls = new Map<string, Control>();

  constructor(log: Log, topic: string, codec: Codec, events: Events) {
    this.#tail = new TopicTail(log, topic);
    this.#topic = topic;
    this.#codec = codec;
    this.#events = events;
  }

  values(): Iterable<Control> {
    return this.#controls.values();
  }

  catchUp(): Promise<void> {
    return this.#tail.catchUp((record, partition) => this.#take(record, partition));
  }

  #take({ key, value, offset }: LogRecord, partition: number): void {
    if (value === null) {
      if (key !== null) this.#controls.delete(key);
      return;
    }
    const message = decodeMessage(this.#codec, value, ["control"]);
    if (!message.ok) {
      this.#events.notify.unreadable(this.#topic, partition, offset, message.reason);
      return;
    }
    const control = message.value;
    this.#controls.delete(control.id);
    this.#controls.set(control.id, control);
    if (this.#controls.size > LIMITS.controlsMax) this.#makeRoom();
  }

  /** What ended first can matter least. */
  #makeRoom(): void {
    let first: Control | null = null;
    for (const control of this.#controls.values()) {
      if (first === null || endOf(control) < endOf(first)) first = control;
    }
    if (first !== null) this.#controls.delete(first.id);
  }
}

function endOf({ untilMs }: Control): number {
  return untilMs ?? Number.POSITIVE_INFINITY;
}
