import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { type HostReadings, NUMBER_KINDS } from "../../lib/domain/host-readings.ts";
import type { ObservationBatch } from "../../lib/domain/observation.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { runStep } from "../../lib/stream/run.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { linesJoin, LinesStep } from "../../services/ingest/pipeline.ts";
import {
  codec,
  LINES,
  listenWorld,
  OBSERVATIONS,
  REJECTED,
  SAMPLES,
} from "./listen/listen-world.ts";

export const START_MS = Date.UTC(2026, 10, 20, 8, 30, 5);
const DAY_MS = 86_400_000;
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Ingest over a log in memory; `stop` resolves to what it published. */
export function pipeline(startMs = START_MS) {
  const clock = new ManualClock(startMs);
  const made = listenWorld({}, clock);
  const { log, told } = made;
  const client = log.connect();
  const topics = { lines: LINES, samples: SAMPLES, observations: OBSERVATIONS, rejected: REJECTED };
  const step = new LinesStep({
    log: client,
    codec,
    clock,
    events: told.events,
    group: "ingest",
    ...topics,
    zones: new Map(),
    rules: () => NO_IDENTITY_RULES,
    retainMs: DAY_MS,
  });
  const abort = new AbortController();
  const join = linesJoin("ingest", LINES.topic, SAMPLES.topic);
  const ended = runStep({ log: client, clock, join, step, stop: abort.signal });
  const put = (topic: string, value: Uint8Array) => log.append(topic, 0, [{ key: null, value }]);
  const stop = async () => {
    await settle();
    abort.abort();
    await settle();
    clock.advance(1_000);
    await ended;
    return [0, 1, 2, 3].flatMap((partition) =>
      log
        .slice({ topic: OBSERVATIONS.topic, partition, offset: 0 }, Infinity)
        .records.map(({ value }): ObservationBatch => {
          const message = decodeMessage(codec, value!, ["observation-batch"]);
          if (!message.ok) throw new Error(message.detail);
          return message.value;
        }),
    );
  };
  return { ...made, clock, put, stop };
}

/** Readings as a reader of them sees them, by the row that they belong to. */
export function readingsOf(readings: HostReadings | undefined) {
  if (readings === undefined) return [];
  const label = (at: number) => (at < 0 ? null : readings.labels[at]!);
  return Array.from({ length: readings.row.length }, (_, index) => {
    const numbers: Record<string, number> = {};
    for (let at = index === 0 ? 0 : readings.end[index - 1]!; at < readings.end[index]!; at++) {
      const { kind, name } = readings.names[readings.name[at]!]!;
      numbers[`${NUMBER_KINDS[kind]} ${name}`] = readings.value[at]!;
    }
    return {
      row: readings.row[index]!,
      boot: label(readings.boot[index]!),
      os: label(readings.os[index]!),
      sampler: label(readings.sampler[index]!),
      uptimeSeconds: readings.uptimeSeconds[index]!,
      numbers,
    };
  });
}
