import type { Answer } from "../../services/notify/core/answer.ts";
import type { Keeping } from "../../services/notify/core/pending.ts";
import { deliveryKey } from "../../services/notify/core/page.ts";
import type { Sink } from "../../services/notify/deliver/sink.ts";
import type { Notice } from "../../services/notify/formats/notice.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { Trace } from "./trace.ts";

/** One revision that a target took, alone or in a digest. */
export interface Taking {
  readonly key: string;
  readonly id: string;
  readonly revision: number;
  readonly life: string;
}

/** What lies behind a sink: it outlives the processes that send to it. */
export class Target {
  readonly name: string;
  readonly keeping: Keeping;
  readonly takings: Taking[] = [];
  /** By key, how often a process died between the sending and the mark. */
  readonly doubts = new Map<string, number>();

  constructor(name: string, keeping: Keeping) {
    this.name = name;
    this.keeping = keeping;
  }

  /** A process died: what it had sent and not marked may be sent once more. */
  doubt(life: string, isMarked: (key: string) => boolean): void {
    for (const taking of this.takings) {
      if (taking.life !== life || isMarked(taking.key)) continue;
      this.doubts.set(taking.key, (this.doubts.get(taking.key) ?? 0) + 1);
    }
  }
}

const TAKEN: Answer = { type: "taken", httpStatus: 204 };
const BUSY: Answer = { type: "answered", httpStatus: 503, retryAfter: null, said: "" };
const AWAY: Answer = { type: "troubled", trouble: "unreachable", said: "" };

/** The way of one process to a target, which may break at either end of a send. */
export class RecordingSink implements Sink {
  readonly name: string;
  readonly keeping: Keeping;
  readonly #target: Target;
  readonly #life: Life;
  readonly #faults: Faults;
  readonly #trace: Trace;

  constructor(target: Target, life: Life, faults: Faults, trace: Trace) {
    this.name = target.name;
    this.keeping = target.keeping;
    this.#target = target;
    this.#life = life;
    this.#faults = faults;
    this.#trace = trace;
  }

  async open(): Promise<void> {}

  async deliver(notice: Notice, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) return { type: "stopped" };
    const life = this.#life;
    if (life.isDead) return life.kill("");
    const fault = this.#faults.onSend();
    if (fault === "crash_before") return life.kill(`before ${notice.key} was sent`);
    if (fault === "refused" || fault === "unreachable") {
      this.#trace.note(life.name, `could not send ${notice.key}: ${fault}`);
      return fault === "refused" ? BUSY : AWAY;
    }
    this.#trace.note(life.name, `sent ${notice.key} (${notice.urgency})`);
    this.#target.takings.push(...takingsOf(notice, this.name, life.name));
    if (fault === "crash_after") return life.kill(`after ${notice.key} was sent`);
    return TAKEN;
  }

  async close(): Promise<void> {}
}

function takingsOf(notice: Notice, sink: string, life: string): Taking[] {
  const revisions = notice.type === "incident" ? [notice.incident] : notice.digest.incidents;
  return revisions.map(({ id, revision }) => {
    return { key: deliveryKey(sink, id, revision), id, revision, life };
  });
}
