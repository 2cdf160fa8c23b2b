import { SAMPLED_KEYS_MAX, SAMPLING_WINDOW_MS, WRITTEN_PER_WINDOW } from "./limits.ts";
import type { Fields, Message } from "./messages.ts";

export interface Repeated {
  readonly message: Message;
  /** Of the latest one that was left out. */
  readonly fields: Fields;
  /** How many were left out, this one among them. */
  readonly count: number;
}

interface Window {
  readonly message: Message;
  readonly startMs: number;
  written: number;
  leftOut: number;
  fields: Fields;
}

/** Fields that tell one trouble from another; the rest are its particulars. */
const TELLING = ["input", "sink", "stage", "topic", "source", "part", "reason"];

/** Lets the first few of a message through per window and counts the rest. Pure. */
export class Sampling {
  readonly #windows = new Map<string, Window>();

  /** False leaves it out; due() tells of it later. */
  admits(message: Message, fields: Fields, nowMs: number): boolean {
    const key = this.#keyOf(message, fields);
    const window = this.#windows.get(key) ?? this.#open(key, message, nowMs);
    if (window.written < WRITTEN_PER_WINDOW[message.level]) {
      window.written += 1;
      return true;
    }
    window.leftOut += 1;
    window.fields = fields;
    return false;
  }

  /** What was left out in windows that are over by now, or, with Infinity, in all. */
  due(nowMs: number): Repeated[] {
    const due: Repeated[] = [];
    for (const [key, { message, startMs, leftOut, fields }] of this.#windows) {
      // A clock that stepped back must not keep a window open for the length of the step.
      if (nowMs >= startMs && nowMs < startMs + SAMPLING_WINDOW_MS) continue;
      this.#windows.delete(key);
      if (leftOut > 0) due.push({ message, fields, count: leftOut });
    }
    return due;
  }

  #open(key: string, message: Message, startMs: number): Window {
    const window: Window = { message, startMs, written: 0, leftOut: 0, fields: {} };
    this.#windows.set(key, window);
    return window;
  }

  #keyOf(message: Message, fields: Fields): string {
    const telling = TELLING.map((name) => fields[name] ?? null);
    const key = JSON.stringify([message.says, ...telling]);
    const isKnown = this.#windows.has(key) || this.#windows.size < SAMPLED_KEYS_MAX;
    return isKnown ? key : JSON.stringify([message.says]);
  }
}
