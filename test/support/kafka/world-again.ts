import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { settingsOf } from "../../../cli/settings.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import type { TopicName } from "../../../lib/wire/topics.ts";
import { type KeptRevision, revisionOf } from "../../../sim/live/kept.ts";
import { codec } from "../../../sim/live/wiring.ts";
import type { DetectOptions } from "../../../services/detect/detect-options.ts";
import { SILENT_EVENTS } from "../../../services/detect/events.ts";
import { createDetect } from "../../../services/detect/main.ts";
import { ObservationColumns } from "../../../services/ingest/core/observation-columns.ts";
import { ScopeStep } from "../../../services/detect/scope-step.ts";
import { settledVerdicts } from "./world-run.ts";
import { WorldLog } from "./world-log.ts";

const PARTITIONS_MOST = 64;
const TICK_EVERY_MS = 1_000;

/** A log that holds nothing of what the scope stage wrote before. */
const EMPTY: Pick<Log, "offsets"> = {
  offsets: async (topic) =>
    Array.from({ length: PARTITIONS_MOST }, (_, partition) => {
      return { topic, partition, startOffset: 0, endOffset: 0 };
    }),
};

/** What the detector of a configuration is made of. */
function detectorOf(config: string, counts: ReadonlyMap<TopicName, number>) {
  const settings = settingsOf({ path: config, env: {}, workingDirectory: process.cwd() });
  const { rules, scoping, inventory } = settings;
  const { retainSeconds, graceSeconds } = settings.config.time;
  return {
    rules,
    scoping,
    inventory,
    retainSeconds,
    graceSeconds,
    codec,
    events: SILENT_EVENTS,
    partitionsOf: (topic: TopicName) => counts.get(topic) ?? 1,
  };
}

async function countsOf(log: WorldLog): Promise<Map<TopicName, number>> {
  const counts = new Map<TopicName, number>();
  for (const topic of ["observations", "tallies", "incidents"] as const) {
    counts.set(topic, await log.partitions(topic));
  }
  return counts;
}

/** The revisions of a scope stage that folds all tallies from their start, so many at a time. */
export async function scopeAgain(
  log: WorldLog,
  config: string,
  recordsAtOnce: number,
): Promise<KeptRevision[]> {
  const counts = await countsOf(log);
  const path = (topic: TopicName) => log.path(topic);
  const step = new ScopeStep({ ...detectorOf(config, counts), log: EMPTY as Log, path });
  const topic = log.path("tallies");
  const revisions: KeptRevision[] = [];
  for (let partition = 0; partition < counts.get("tallies")!; partition++) {
    await step.assigned([{ topic, partition }]);
    const records = await log.records("tallies", partition);
    for (let from = 0; from < records.length; from += recordsAtOnce) {
      const part = records.slice(from, from + recordsAtOnce);
      const nextOffset = part.at(-1)!.offset + 1;
      const endOffset = records.at(-1)!.offset + 1;
      const batch = { topic, partition, records: part, nextOffset, endOffset };
      const { publish } = await step.handle({ type: "records", ...batch });
      for (const outgoing of publish) {
        if (outgoing.topic !== log.path("incidents")) continue;
        for (const { value } of outgoing.records) revisions.push(revisionOf(value!));
      }
    }
  }
  return revisions;
}

/** A detector in this process, a member of the groups of those that run already. */
export async function detectorMember(
  log: WorldLog,
  config: string,
  brokers: readonly string[],
): Promise<{ stop(): Promise<void> }> {
  const own = await WorldLog.open(brokers, log.prefix);
  const path = (topic: TopicName) => log.path(topic);
  const running = await runDetector({
    ...detectorOf(config, await countsOf(log)),
    log: own.log,
    path,
  });
  return {
    async stop() {
      await running.stop();
      await own.close();
    },
  };
}

async function runDetector(options: DetectOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const deaths: unknown[] = [];
  const parts = createDetect({ ...options, clock: wallClock });
  const died = (reason: unknown) => void deaths.push(reason);
  for (const part of parts) await part.start({ died, stopping: stopping.signal });
  return {
    async stop() {
      stopping.abort();
      for (const part of parts) await part.stop();
      if (deaths.length > 0) throw deaths[0];
    },
  };
}

/** Log time goes on, as it does where ingest runs: then figures that came late are told too. */
async function tick(log: WorldLog, counts: ReadonlyMap<TopicName, number>): Promise<void> {
  const arrivalMs = Date.now();
  const sources = Array.from({ length: await log.partitions("lines") }, (_, n) => n);
  const ticks = sources.map((source) => ({ source: `${log.path("lines")}/${source}`, arrivalMs }));
  const batch = new ObservationColumns().finish(ticks);
  const value = encodeMessage(codec, "observation-batch", batch);
  for (let partition = 0; partition < counts.get("observations")!; partition++) {
    await log.log.append(log.path("observations"), partition, [{ key: null, value }]);
  }
}

/** The verdicts of a detector that folds the same observations from their start, elsewhere. */
export async function detectAgain(
  log: WorldLog,
  config: string,
  brokers: readonly string[],
  wanted: readonly string[],
): Promise<string[]> {
  const counts = await countsOf(log);
  const fresh = await WorldLog.make(brokers, `${randomUUID()}.`, counts.get("tallies")!);
  const path = (topic: TopicName) => (topic === "observations" ? log : fresh).path(topic);
  const running = await runDetector({ ...detectorOf(config, counts), log: fresh.log, path });
  const ticking = new AbortController();
  const ticks = (async () => {
    while (!ticking.signal.aborted) {
      await tick(log, counts);
      await pause(TICK_EVERY_MS);
    }
  })();
  try {
    return await settledVerdicts(fresh, wanted);
  } finally {
    ticking.abort();
    await ticks;
    await running.stop();
    await fresh.close();
  }
}
