import type { Answer } from "../core/answer.ts";
import type { Keeping } from "../core/pending.ts";
import type { Notice } from "../formats/notice.ts";
import type { Sink } from "./sink.ts";

/** The twin for tests and the simulator: it keeps what it took, and answers as it is told. */
export class MemorySink implements Sink {
  readonly name: string;
  readonly keeping: Keeping;
  readonly taken: Notice[] = [];
  /** Every attempt, taken or not. */
  readonly attempts: Notice[] = [];
  /** What the next attempts come to; a function sees the notice. */
  answer: (notice: Notice) => Answer | Promise<Answer> = () => TAKEN;

  constructor(name: string, keeping: Keeping = "newest") {
    this.name = name;
    this.keeping = keeping;
  }

  async open(): Promise<void> {}

  async deliver(notice: Notice, signal: AbortSignal): Promise<Answer> {
    this.attempts.push(notice);
    const answer = await this.answer(notice);
    if (signal.aborted) return { type: "stopped" };
    if (answer.type === "taken") this.taken.push(notice);
    return answer;
  }

  async close(): Promise<void> {}
}

const TAKEN: Answer = { type: "taken", httpStatus: null };
