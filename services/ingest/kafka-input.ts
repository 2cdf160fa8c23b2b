import type { Zone } from "../../lib/domain/zone.ts";
import { type Clock, sleep } from "../../lib/process/clock.ts";
import { loopPart, type Part } from "../../lib/process/parts.ts";
import { Patience } from "../../lib/process/patience.ts";
import { runStep, type RunObserver } from "../../lib/stream/run.ts";
import { isStreamError } from "../../lib/stream/stream-error.ts";
import type { Log } from "../../lib/stream/stream.ts";
import type { IngestEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import type { ReadingWorkOptions } from "./reading-work.ts";
import type { RecordFormat } from "./stranger-record.ts";
import { topicsJoin, TopicsStep } from "./topics-step.ts";

/** What of a log is needed to read topics of others. */
export type SourceLog = Pick<Log, "join" | "offsets" | "committed" | "close">;

/** Where topics of others are. */
export interface TopicsSource {
  /** Resolves when the brokers have answered. */
  open(): Promise<SourceLog>;
  /** The log of the pipeline holds the topics too: it is not ours to close. */
  readonly isShared: boolean;
}

/** One input of type kafka. */
export interface KafkaInput {
  readonly name: string;
  readonly realm: string;
  readonly topics: readonly string[];
  readonly format: RecordFormat;
  readonly from: "beginning" | "end";
  readonly zone: Zone;
  readonly group: string;
  readonly source: TopicsSource;
  readonly observer?: RunObserver;
}

export interface KafkaInputTarget extends ReadingWorkOptions {
  readonly events: IngestEvents;
  /** Where observations and rejects go. */
  readonly log: Pick<Log, "append">;
  readonly clock: Clock;
}

/**
 * Reads topics of others for as long as the process lives. A cluster that is away, or a topic that
 * its first producer has not made yet, ends nothing: it is told and tried again. All else does.
 */
export function kafkaInput(input: KafkaInput, target: KafkaInputTarget): Part {
  const { clock, events } = target;
  return loopPart(`input ${input.name}`, async (stop) => {
    const patience = new Patience(LIMITS.retryFirstMs, LIMITS.retryLongestMs);
    while (!stop.aborted) {
      const startedMs = clock.nowMs();
      try {
        await readOnce(input, target, stop);
      } catch (error) {
        if (!isPassing(error)) throw error;
        // What ran for longer than any pause is a new trouble.
        if (clock.nowMs() - startedMs > LIMITS.sourceRunMs) patience.renew();
        if (stop.aborted) return;
        events.sourceRetried(input.name, error, patience.attempt);
        await sleep(clock, patience.next(), stop);
      }
    }
  });
}

async function readOnce(
  input: KafkaInput,
  target: KafkaInputTarget,
  stop: AbortSignal,
): Promise<void> {
  const { name, realm, zone, format, group, topics, source, observer } = input;
  const log = await openUnless(stop, source);
  if (log === null) return;
  const from = input.from === "end" ? "end" : "start";
  const step = new TopicsStep({
    ...target,
    log,
    group,
    from,
    realm,
    zone,
    format,
    input: name,
    isShared: source.isShared,
  });
  try {
    await runStep({
      log: {
        join: (options) => log.join(options),
        append: (topic, partition, records) => target.log.append(topic, partition, records),
      },
      clock: target.clock,
      join: topicsJoin({ group, from }, topics),
      step,
      stop,
      ...(observer === undefined ? {} : { observer }),
    });
  } finally {
    // What nobody reads now must not look stuck.
    observer?.done?.({ type: "revoked", partitions: step.held });
    if (!source.isShared) await log.close();
  }
}

/** Null when it is to stop first; what opens later is closed then. */
async function openUnless(stop: AbortSignal, source: TopicsSource): Promise<SourceLog | null> {
  const opening = source.open();
  const stopped = new Promise<null>((resolve) => {
    if (stop.aborted) return resolve(null);
    stop.addEventListener("abort", () => resolve(null), { once: true });
  });
  const log = await Promise.race([opening, stopped]);
  if (log === null && !source.isShared) {
    void opening.then(
      (late) => late.close(),
      () => undefined,
    );
  }
  return log;
}

function isPassing(error: unknown): boolean {
  return isStreamError(error) && (error.retriable || error.code === "topic_unknown");
}
