import type { Delivery } from "../../lib/domain/delivery.ts";
import type { Answer } from "./core/answer.ts";
import { faultOf } from "./core/answer.ts";
import { choose } from "./core/choose.ts";
import { deliveryKey, isPage } from "./core/page.ts";
import type { Pending } from "./core/pending.ts";
import { backoffMs, detailOf, verdictOn } from "./core/retry-policy.ts";
import { digestKey, digestOf } from "./formats/digest.ts";
import type { Notice } from "./formats/notice.ts";
import type { Lane } from "./lane.ts";

/** Takes from a lane's queue what is due, one attempt at a time, and marks what came of it. */
export class LaneSender {
  readonly #lane: Lane;
  readonly #stop: AbortSignal;
  readonly #cutOff: AbortSignal;

  constructor(lane: Lane, stop: AbortSignal, cutOff: AbortSignal) {
    this.#lane = lane;
    this.#stop = stop;
    this.#cutOff = cutOff;
  }

  async run(): Promise<void> {
    while (!this.#stop.aborted) {
      const untilMs = await this.#step();
      if (untilMs === null || this.#stop.aborted) continue;
      const waitMs = Math.max(0, untilMs - this.#lane.time.nowMs());
      await this.#lane.work.wait(this.#lane.options.clock, waitMs);
    }
  }

  /** Until when there is nothing to do, or null when it did something. */
  async #step(): Promise<number | null> {
    const { queue, health, allowance, pageLimit, time, options } = this.#lane;
    const nowMs = time.nowMs();
    if (health.quietUntilMs > nowMs) return health.quietUntilMs;
    const isPaced = options.sink.keeping === "newest";
    const readyAtMs = isPaced ? allowance.readyAtMs(nowMs) : nowMs;
    if (readyAtMs > nowMs) return readyAtMs;
    const choice = choose(queue, {
      nowMs,
      probing: health.state === "down",
      pageLimit,
      standing: (incidentId) => this.#lane.standing(incidentId),
    });
    if (choice.type === "wait") return choice.untilMs;
    if (choice.type === "digest") await this.#sendDigest(choice.pendings);
    else await this.#sendSingle(choice.pending);
    options.events.notify.pending(options.sink.name, queue.size);
    this.#lane.room.ring();
    return null;
  }

  async #sendSingle(pending: Pending): Promise<void> {
    const { sink } = this.#lane.options;
    const { id, revision, escalation } = pending.revision;
    const published = await this.#current(pending);
    if (published === null) return;
    const isNews = published.incident.state !== "withdrawn";
    const page = isNews && isPage(escalation, this.#lane.standing(id));
    if (page) this.#lane.pageLimit.paged(this.#lane.time.nowMs());
    await this.#attempt([pending], {
      type: "incident",
      key: deliveryKey(sink.name, id, revision),
      urgency: page ? "page" : "update",
      incident: published.incident,
    });
  }

  async #sendDigest(pendings: readonly Pending[]): Promise<void> {
    const { sink } = this.#lane.options;
    const current: Pending[] = [];
    for (const pending of pendings) {
      if ((await this.#current(pending)) !== null) current.push(pending);
    }
    if (current.length === 0) return;
    this.#lane.pageLimit.digested(this.#lane.time.nowMs());
    const revisions = current.map(({ revision }) => revision);
    const digest = digestOf(sink.name, revisions);
    await this.#attempt(current, {
      type: "digest",
      key: digestKey(digest),
      urgency: "page",
      digest,
    });
  }

  /** The revision from the log, when it is still to be sent; else it is settled here. */
  async #current(pending: Pending) {
    const { revisions, controls } = this.#lane.options;
    const { queue } = this.#lane;
    const published = await revisions.at(pending.partition, pending.offset);
    await controls.catchUp();
    const skip =
      published === null
        ? { reason: "superseded" as const, controlId: null }
        : this.#lane.decide(published);
    // Who may have been told that it began hears that it was nothing.
    if (skip === null || (skip.reason === "never_told" && pending.mayBeTold)) return published;
    await this.#lane.skip(pending, skip, this.#stop);
    queue.remove(pending);
    return null;
  }

  async #attempt(pendings: readonly Pending[], notice: Notice): Promise<void> {
    const nowMs = this.#lane.time.nowMs();
    this.#lane.allowance.take(nowMs);
    for (const pending of pendings) {
      pending.attempts++;
      pending.firstAttemptAtMs ??= nowMs;
    }
    const answer = await this.#lane.options.sink.deliver(notice, this.#cutOff);
    const verdict = verdictOn(answer, this.#lane.options.clock.nowMs());
    switch (verdict.next) {
      case "done":
        return this.#mark(pendings, notice, "sent", answer);
      case "give_up":
        return this.#mark(pendings, notice, "dead", answer);
      case "disable":
        this.#lane.health.disable();
        this.#lane.options.events.notify.sinkDisabled(this.#lane.options.sink.name);
        return this.#noteFailure(pendings, answer, null);
      case "retry":
        return this.#retry(pendings, answer, verdict.waitMs);
      case "nothing":
    }
  }

  /** Right after the answer, before anything else is sent. */
  async #mark(
    pendings: readonly Pending[],
    notice: Notice,
    state: "sent" | "dead",
    answer: Answer,
  ): Promise<void> {
    const { ledger, events } = this.#lane.options;
    const inDigest = notice.type === "digest";
    const detail = detailOf(answer) ?? (inDigest ? notice.key : null);
    const more = { httpStatus: statusOf(answer), inDigest };
    const records = pendings.map((pending) => this.#lane.record(pending, state, detail, more));
    if (!(await ledger.record(records, this.#stop))) return;
    const nowMs = this.#lane.time.nowMs();
    for (const [index, pending] of pendings.entries()) {
      this.#lane.queue.remove(pending);
      const record = records[index] as Delivery;
      if (state === "sent") {
        events.notify.delivered(record, nowMs - (pending.firstAttemptAtMs ?? nowMs));
      } else if (isFault(answer)) {
        events.notify.deliveryDead(record, faultOf(answer));
      }
    }
    this.#answered();
  }

  async #retry(pendings: readonly Pending[], answer: Answer, waitMs: number | null): Promise<void> {
    const { random } = this.#lane.options;
    const { health, time } = this.#lane;
    const nowMs = time.nowMs();
    const attempts = pendings[0]?.attempts ?? 1;
    const pauseMs = Math.max(waitMs ?? 0, backoffMs(attempts, random.next()));
    for (const pending of pendings) pending.dueMs = nowMs + pauseMs;
    health.failed(nowMs, waitMs, random.next());
    const nextMs = Math.max(nowMs + pauseMs, health.quietUntilMs);
    await this.#noteFailure(pendings, answer, nextMs - nowMs);
  }

  /** In the ledger a digest that failed is no event of its incidents. */
  async #noteFailure(
    pendings: readonly Pending[],
    answer: Answer,
    pauseMs: number | null,
  ): Promise<void> {
    const { clock, ledger, events } = this.#lane.options;
    const [pending, ...others] = pendings;
    if (pending === undefined || !isFault(answer)) return;
    const nextAttemptAtMs = pauseMs === null ? null : Math.floor(clock.nowMs() + pauseMs);
    const more = { httpStatus: statusOf(answer), nextAttemptAtMs };
    const record = this.#lane.record(pending, "failed", detailOf(answer), more);
    if (pauseMs !== null) events.notify.deliveryRetried(record, faultOf(answer), pauseMs);
    if (others.length === 0) await ledger.record([record], this.#stop);
  }

  /** After an outage everything is due at once, at the pace of the allowance. */
  #answered(): void {
    const { health, queue, allowance, time } = this.#lane;
    if (!health.succeeded()) return;
    const nowMs = time.nowMs();
    allowance.empty(nowMs);
    for (const pending of queue.values()) pending.dueMs = nowMs;
  }
}

function isFault(answer: Answer): answer is Extract<Answer, { type: "answered" | "troubled" }> {
  return answer.type === "answered" || answer.type === "troubled";
}

function statusOf(answer: Answer): number | null {
  return "httpStatus" in answer ? answer.httpStatus : null;
}
