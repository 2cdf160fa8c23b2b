import type { Clock } from "../process/clock.ts";
import { sleep } from "../process/clock.ts";
import { RETRY_FIRST_MS, RETRY_LONGEST_MS } from "./limits.ts";
import { isStreamError } from "./stream-error.ts";
import type {
  Consumer,
  ConsumerEvent,
  GapEvent,
  JoinOptions,
  Log,
  NewRecord,
  Position,
  RecordsEvent,
  TopicPartition,
} from "./stream.ts";

export interface Outgoing extends TopicPartition {
  readonly records: readonly NewRecord[];
}

/** What a step wants done about an event: first publish all of it, then commit. */
export interface Work {
  readonly publish: readonly Outgoing[];
  /** Where the group may go on after a crash; empty when a snapshot decides that. */
  readonly commit: readonly Position[];
}

/** A service's part in the loop. Everything it does to the log goes through the Work it returns. */
export interface Step {
  handle(batch: RecordsEvent): Work | Promise<Work>;
  /** Loads state; the result says where to read on instead of at the committed offsets. */
  assigned?(partitions: readonly TopicPartition[]): Promise<readonly Position[]>;
  /** Forgets state: another holder may be at work already. */
  revoked?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** Nothing came for JoinOptions.idleAfterMs. */
  idle?(): Work | Promise<Work>;
  /** Required, because records that nobody read must not pass in silence. */
  gap(gap: GapEvent): Work | Promise<Work>;
}

/** Told for telemetry and for the watchdog that tells work from waiting; must not throw. */
export interface RunObserver {
  done?(event: ConsumerEvent): void;
  /** Where reading goes on after an assignment, for the partitions that the step has moved. */
  placed?(positions: readonly Position[]): void;
  retrying?(error: unknown, attempt: number): void;
  fenced?(error: unknown): void;
}

export interface RunOptions {
  /** Read and written; they may be two. */
  readonly log: Pick<Log, "join" | "append">;
  readonly clock: Clock;
  readonly join: JoinOptions;
  readonly step: Step;
  /** Aborting ends the loop after the event at hand. */
  readonly stop: AbortSignal;
  readonly observer?: RunObserver;
  /** Whether an append that failed is tried again; by default when its error is retriable. */
  readonly isPassing?: (error: unknown) => boolean;
}

/**
 * The one consume loop: read, handle, publish, commit, in this order. A crash anywhere repeats work
 * and loses none. The next batch is read only when this one is done, so a slow log downstream slows
 * the reading and fills no buffer. Returns when stopped; throws what cannot be retried, and then
 * the process must end and start again from its last commit.
 */
export async function runStep(options: RunOptions): Promise<void> {
  const { log, join, stop, observer } = options;
  if (stop.aborted) return;
  const consumer = await log.join(join);
  let waiting = false;
  // Closing earlier would have the commit of the event at hand refused.
  const end = () => void (waiting && consumer.close());
  stop.addEventListener("abort", end);
  try {
    while (!stop.aborted) {
      waiting = true;
      const event = await consumer.next();
      waiting = false;
      if (event.type === "closed") return;
      await follow(options, consumer, event);
      observer?.done?.(event);
    }
  } finally {
    stop.removeEventListener("abort", end);
    await consumer.close();
  }
}

const NOTHING: Work = { publish: [], commit: [] };

/** For steps whose state is in their outputs: publish, and never read this batch again. */
export function workOf(batch: RecordsEvent, publish: readonly Outgoing[]): Work {
  const { topic, partition, nextOffset } = batch;
  return { publish, commit: [{ topic, partition, offset: nextOffset }] };
}

async function follow(
  options: RunOptions,
  consumer: Consumer,
  event: Exclude<ConsumerEvent, { type: "closed" }>,
): Promise<void> {
  const { step } = options;
  switch (event.type) {
    case "assigned": {
      const positions = (await step.assigned?.(event.partitions)) ?? [];
      return unlessFenced(options, () => {
        positions.forEach((at) => consumer.seek(at));
        options.observer?.placed?.(positions);
      });
    }
    case "revoked":
      return step.revoked?.(event.partitions);
    case "idle":
      return finish(options, consumer, (await step.idle?.()) ?? NOTHING);
    case "gap":
      return finish(options, consumer, await step.gap(event));
    case "records":
      return finish(options, consumer, await step.handle(event));
  }
}

async function finish(options: RunOptions, consumer: Consumer, work: Work): Promise<void> {
  const chains = new Map<string, Promise<boolean>>();
  for (const outgoing of work.publish) {
    const place = `${outgoing.topic}/${outgoing.partition}`;
    const before = chains.get(place) ?? Promise.resolve(true);
    // One after the other within a partition: a retry must not overtake or be overtaken.
    chains.set(
      place,
      before.then((published) => published && publish(options, outgoing)),
    );
  }
  const published = await Promise.all(chains.values());
  if (!published.every(Boolean) || work.commit.length === 0) return;
  await unlessFenced(options, () => consumer.commit(work.commit));
}

/** False when it was stopped while it could not be published: then nothing may be committed. */
async function publish(options: RunOptions, outgoing: Outgoing): Promise<boolean> {
  const { log, clock, stop, observer, isPassing = isRetriable } = options;
  for (let attempt = 1, delayMs = RETRY_FIRST_MS; ; attempt++) {
    try {
      await log.append(outgoing.topic, outgoing.partition, outgoing.records);
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (stop.aborted) return false;
      observer?.retrying?.(error, attempt);
      await sleep(clock, delayMs, stop);
      delayMs = Math.min(delayMs * 2, RETRY_LONGEST_MS);
    }
  }
}

function isRetriable(error: unknown): boolean {
  return isStreamError(error) && error.retriable;
}

/** A fenced call is no failure: the partition has a new holder, who repeats the work. */
async function unlessFenced(options: RunOptions, call: () => void | Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isStreamError(error, "fenced")) throw error;
    options.observer?.fenced?.(error);
  }
}
