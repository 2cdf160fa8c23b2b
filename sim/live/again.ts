import { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { MemoryLog } from "../../lib/stream/memory.ts";
import type { Log, LogRecord, OffsetRange } from "../../lib/stream/stream.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { topicPath } from "../../lib/wire/topics.ts";
import { detectorOf } from "../../offline/detector-of.ts";
import { type LinesRecord, RecordSource } from "../../offline/record-source.ts";
import { replay } from "../../offline/replay.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { ScopeStep } from "../../services/detect/scope-step.ts";
import type { World } from "../world.ts";
import { type KeptRevision, revisionOf } from "./kept.ts";
import { partitionsOf } from "./topics.ts";
import { WATCHED } from "./watched.ts";
import { codec } from "./wiring.ts";

function partitionRecords(log: MemoryLog, topic: string, partition: number): readonly LogRecord[] {
  return log.slice({ topic, partition, offset: 0 }, Number.POSITIVE_INFINITY).records;
}

/** What a replay of the kept lines finds, as `tidegauge replay` would. */
export async function replayLines(world: World, log: MemoryLog): Promise<Incident[]> {
  const topic = topicPath("lines");
  const directory = new HostDirectory();
  const incidents: Incident[] = [];
  const sources = Array.from({ length: partitionsOf(world, "lines") }, (_, partition) => {
    return new RecordSource({
      name: `${topic}/${partition}`,
      records: linesOf(partitionRecords(log, topic, partition)),
      zones: new Map(),
      identityRules: WATCHED.identityRules,
      retainMs: WATCHED.retainSeconds * 1_000,
      directory,
      onReject: () => undefined,
    });
  });
  const detector = detectorOf({
    ...WATCHED,
    rules: world.rules,
    directory,
    partitions: partitionsOf(world, "observations"),
    revisions: false,
    take: (incident) => void incidents.push(incident),
  });
  await replay({ sources, detector, tickSeconds: 60 });
  return incidents;
}

async function* linesOf(records: readonly LogRecord[]): AsyncGenerator<LinesRecord> {
  for (const { value, offset, arrivalMs } of records) {
    const message = decodeMessage(codec, value ?? new Uint8Array(), ["line-batch"]);
    if (message.ok) yield { value: message.value, offset, arrivalMs };
  }
}

/** A log that holds nothing of what the scope stage wrote before. */
const EMPTY_LOG: Pick<Log, "offsets"> = {
  offsets: async (topic): Promise<readonly OffsetRange[]> =>
    Array.from({ length: PARTITIONS_MOST }, (_, partition) => {
      return { topic, partition, startOffset: 0, endOffset: 0 };
    }),
};
const PARTITIONS_MOST = 8;

/**
 * The revisions of a scope stage that folds all kept tallies from their start, in one life, with so
 * many records at a time.
 */
export async function foldTallies(
  world: World,
  log: MemoryLog,
  recordsAtOnce: number,
): Promise<KeptRevision[]> {
  const topic = topicPath("tallies");
  const step = new ScopeStep({
    ...WATCHED,
    rules: world.rules,
    log: EMPTY_LOG as Log,
    codec,
    events: SILENT_EVENTS,
    path: topicPath,
    partitionsOf: (name) => partitionsOf(world, name),
  });
  const revisions: KeptRevision[] = [];
  for (let partition = 0; partition < partitionsOf(world, "tallies"); partition++) {
    await step.assigned([{ topic, partition }]);
    const records = partitionRecords(log, topic, partition);
    for (let from = 0; from < records.length; from += recordsAtOnce) {
      const part = records.slice(from, from + recordsAtOnce);
      const nextOffset = (part.at(-1)?.offset ?? -1) + 1;
      const endOffset = records.length;
      const batch = { topic, partition, records: part, nextOffset, endOffset };
      const { publish } = await step.handle({ type: "records", ...batch });
      for (const outgoing of publish) {
        if (outgoing.topic !== topicPath("incidents")) continue;
        for (const { value } of outgoing.records) revisions.push(revisionOf(value!));
      }
    }
  }
  return revisions;
}
