import type { Delivery } from "../../lib/domain/delivery.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type { Random } from "../../lib/process/random.ts";
import type { RunObserver } from "../../lib/stream/run.ts";
import { runStep } from "../../lib/stream/run.ts";
import type { JoinOptions, Log } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { Bell } from "./bell.ts";
import type { ControlBoard } from "./control-board.ts";
import type { Skip } from "./core/decision.ts";
import type { Attempted } from "./core/delivery-record.ts";
import { deliveryRecord } from "./core/delivery-record.ts";
import { Allowance } from "./core/allowance.ts";
import { PageLimit } from "./core/page-limit.ts";
import { PendingQueue } from "./core/pending.ts";
import type { Route } from "./core/route.ts";
import type { HealthState } from "./core/sink-health.ts";
import { SinkHealth } from "./core/sink-health.ts";
import type { Standing } from "./core/standing.ts";
import type { Sink } from "./deliver/sink.ts";
import type { Events, NotifyStage } from "./events.ts";
import { LaneReader } from "./lane-reader.ts";
import { LaneSender } from "./lane-sender.ts";
import type { Ledger } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import { decide } from "./pipeline.ts";
import type { Published, RevisionSource } from "./revision-source.ts";
import { SteadyTime } from "./steady-time.ts";

export interface LaneOptions {
  readonly sink: Sink;
  readonly routes: readonly Route[];
  readonly pagesPerMinute: number;
  readonly group: string;
  readonly log: Log;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly ledger: Ledger;
  readonly controls: ControlBoard;
  readonly revisions: RevisionSource;
  /** Watches the reader for telemetry and health. */
  readonly observe?: Observe | undefined;
}

export type Observe = (stage: NotifyStage, join: JoinOptions) => RunObserver;

/** How a sink is doing, for health and for people. */
export interface LaneStatus {
  readonly sink: string;
  readonly state: HealthState;
  readonly pending: number;
  /** How often its reader came round: a lane that stands still no longer does. */
  readonly turns: number;
  /** Stamp of the record that waits longest; null when nothing waits. */
  readonly oldestPublishedAtMs: number | null;
}

/**
 * The way to one sink: a reader with a position of its own in the log, and a sender. A target that
 * is away stops its own lane only; the log keeps what waits, and the lane its places.
 */
export class Lane {
  readonly options: LaneOptions;
  readonly time: SteadyTime;
  readonly queue: PendingQueue;
  readonly health = new SinkHealth();
  readonly allowance = new Allowance();
  readonly pageLimit: PageLimit;
  /** Rings when there may be something to send. */
  readonly work = new Bell();
  /** Rings when there may be room for more. */
  readonly room = new Bell();
  turns = 0;

  constructor(options: LaneOptions) {
    this.options = options;
    this.time = new SteadyTime(options.clock);
    this.queue = new PendingQueue(options.sink.keeping);
    this.pageLimit = new PageLimit(options.pagesPerMinute);
  }

  /** Returns when stopped; `cutOff` ends an attempt that is under way then. */
  async run(stop: AbortSignal, cutOff: AbortSignal): Promise<void> {
    const { log, clock, group, revisions } = this.options;
    const own = new AbortController();
    const ended = AbortSignal.any([stop, own.signal]);
    const wake = () => {
      this.work.ring();
      this.room.ring();
    };
    ended.addEventListener("abort", wake);
    const join = { group, topics: [revisions.topic], idleAfterMs: LIMITS.idleAfterMs };
    const observer = this.options.observe?.("notify", join) ?? {};
    const step = new LaneReader(this, ended);
    const reading = runStep({ log, clock, join, step, stop: ended, observer });
    const sending = new LaneSender(this, ended, cutOff).run();
    // When one of the two fails, the other must not go on alone.
    const both = [reading, sending].map((part) => part.finally(() => own.abort()));
    await Promise.all(both);
  }

  get status(): LaneStatus {
    let oldestPublishedAtMs: number | null = null;
    for (const { publishedAtMs } of this.queue.values()) {
      oldestPublishedAtMs = Math.min(oldestPublishedAtMs ?? publishedAtMs, publishedAtMs);
    }
    const { sink } = this.options;
    const { state } = this.health;
    return {
      sink: sink.name,
      state,
      pending: this.queue.size,
      turns: this.turns,
      oldestPublishedAtMs,
    };
  }

  standing(incidentId: string): Standing {
    return this.options.ledger.standing(this.options.sink.name, incidentId);
  }

  #isWanted(incidentId: string): boolean {
    return this.options.ledger.wanted(this.options.sink.name).has(incidentId);
  }

  /** Why the revision is not sent, as things stand now. */
  decide(published: Published): Skip | null {
    const { sink, routes, controls, clock } = this.options;
    const { incident, lastSeenAtMs, publishedAtMs } = published;
    return decide({
      sink: sink.name,
      keeping: sink.keeping,
      routes,
      controls: controls.values(),
      standing: this.standing(incident.id),
      incident,
      lastSeenAtMs,
      publishedAtMs,
      nowMs: clock.nowMs(),
      byHand: this.#isWanted(incident.id),
    });
  }

  /**
   * Tells why, and keeps it in the ledger where that takes nothing away: of an incident that the
   * sink knows, the ledger says what it was told.
   */
  async skip(pending: Attempted, { reason, controlId }: Skip, stop: AbortSignal): Promise<void> {
    const { events, sink, ledger } = this.options;
    events.notify.suppressed(sink.name, reason);
    const standing = this.standing(pending.revision.id);
    const gaveUp = reason === "too_old" && pending.attempts > 0;
    const isSilenced = controlId !== null && standing.toldRevision === 0;
    if (!gaveUp && !isSilenced && !this.#isWanted(pending.revision.id)) return;
    const detail = controlId === null ? reason : `${reason}: ${controlId}`;
    const record = this.record(pending, gaveUp ? "dead" : "suppressed", detail);
    if (gaveUp) events.notify.deliveryDead(record, "expired");
    await ledger.record([record], stop);
  }

  record(
    pending: Attempted,
    state: Delivery["state"],
    detail: string | null,
    more: Partial<Parameters<typeof deliveryRecord>[3]> = {},
  ): Delivery {
    const { sink, clock } = this.options;
    const nothing = { nextAttemptAtMs: null, httpStatus: null, inDigest: false };
    const outcome = { state, atMs: clock.nowMs(), ...nothing, detail, ...more };
    return deliveryRecord(sink.name, pending, this.standing(pending.revision.id), outcome);
  }
}
