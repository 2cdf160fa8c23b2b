import type { Writable } from "node:stream";
import { printable, printableJson } from "../../../lib/domain/printable.ts";
import { unlessAborted } from "../abortable.ts";
import type { Answer } from "../core/answer.ts";
import { noticeBody, noticeText } from "../formats/notice.ts";
import type { Notice } from "../formats/notice.ts";
import type { Sink } from "./sink.ts";

export interface StdoutConfig {
  readonly name: string;
  readonly format: "auto" | "human" | "json";
}

/** Standard output: text for a person at a terminal, else one JSON object per line. */
export class StdoutSink implements Sink {
  readonly name: string;
  readonly keeping = "every";
  readonly #stream: Writable;
  readonly #isHuman: boolean;

  constructor(config: StdoutConfig, stream: Writable & { readonly isTTY?: boolean }) {
    this.name = config.name;
    this.#stream = stream;
    this.#isHuman = config.format === "auto" ? stream.isTTY === true : config.format === "human";
  }

  async open(): Promise<void> {}

  async deliver(notice: Notice, signal: AbortSignal): Promise<Answer> {
    const text = this.#isHuman
      ? `${printable(noticeText(notice))}\n`
      : `${printableJson(noticeBody(notice))}\n`;
    try {
      await unlessAborted(write(this.#stream, text), signal);
      return { type: "taken", httpStatus: null };
    } catch (error) {
      if (signal.aborted) return { type: "stopped" };
      const said = error instanceof Error ? error.message : String(error);
      return { type: "troubled", trouble: "io", said };
    }
  }

  /** The stream is not ours to close. */
  async close(): Promise<void> {}
}

/** Resolves when the stream has handed it on; a terminal that is stopped may take a while. */
function write(stream: Writable, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.write(text, (error) => (error ? reject(error) : resolve()));
  return promise;
}
