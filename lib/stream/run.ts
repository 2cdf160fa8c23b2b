import type { Clock } from "../process/clock.ts";
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
import { unlessFenced, WorkPipe } from "./work-pipe.ts";

export interface Outgoing extends TopicPartition {
  readonly records: readonly NewRecord[];
}

/** What a step wants done about an event: first publish all of it, then commit. */
export interface Work {
  readonly publish: readonly Outgoing[];
  /** Where the group may go on after a crash; empty when a snapshot decides that. */
  readonly commit: readonly Position[];
  /** Told when it is published and committed, or taken over by a new holder. Must not throw. */
  readonly done?: () => void;
}

/** A service's part in the loop. Everything it does to the log goes through the Work it returns. */
export interface Step {
  /**
   * How many works may still be on their way while the next event is handled; default none, for
   * steps that hold what they were handed out to be published, or keep it in a snapshot.
   */
  readonly ahead?: number;
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
 * The one consume loop: read, handle, publish, commit. A crash anywhere repeats work and loses
 * none: what a work publishes is there before it is committed, and commits keep the order of the
 * events. With `ahead` the next events are handled while earlier works are on their way
 * (work-pipe.ts), and only so many, so a slow log downstream slows the reading and fills no buffer;
 * what is neither records nor `idle` waits for them. Returns when stopped; throws what cannot be
 * retried, and then the process must end and start again from its last commit.
 */
export async function runStep(options: RunOptions): Promise<void> {
  const { log, join, stop, step } = options;
  if (stop.aborted) return;
  const consumer = await log.join(join);
  let isAsking = false;
  // Closing earlier would have the commit of what is on its way refused.
  const end = async () => {
    if (!isAsking) return;
    await pipe.open;
    await consumer.close();
  };
  const onAbort = () => void end();
  const pipe = new WorkPipe(options, consumer, onAbort);
  stop.addEventListener("abort", onAbort);
  try {
    while (!stop.aborted && !pipe.hasFailed) {
      isAsking = true;
      const event = await consumer.next(pipe.open);
      isAsking = false;
      if (event.type === "closed" || stop.aborted) break;
      await follow(options, consumer, pipe, event);
      await pipe.room(step.ahead ?? 0);
    }
    await pipe.open;
    pipe.mustBeWell();
  } finally {
    stop.removeEventListener("abort", onAbort);
    await pipe.open;
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
  pipe: WorkPipe,
  event: Exclude<ConsumerEvent, { type: "closed" }>,
): Promise<void> {
  const { step, observer } = options;
  if (event.type === "records") return pipe.enter(event, await step.handle(event));
  if (event.type === "idle") return pipe.enter(event, (await step.idle?.()) ?? NOTHING);
  await pipe.open;
  if (pipe.hasFailed) return;
  switch (event.type) {
    case "assigned": {
      const positions = (await step.assigned?.(event.partitions)) ?? [];
      await unlessFenced(observer, () => {
        positions.forEach((at) => consumer.seek(at));
        observer?.placed?.(positions);
      });
      break;
    }
    case "revoked":
      await step.revoked?.(event.partitions);
      break;
    case "gap":
      return pipe.enter(event, await step.gap(event));
  }
  observer?.done?.(event);
}
