import { describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { Progress } from "../../../lib/process/progress.ts";
import { MemoryClient, MemoryLog } from "../../../lib/stream/memory.ts";
import { runStep, workOf, type Step } from "../../../lib/stream/run.ts";
import { STREAM_METRICS } from "../../../lib/telemetry/events/stream.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { RunWatch } from "../../../lib/telemetry/run-observer.ts";

const TOPIC = "observations";
const KEPT = { policy: "delete", retentionMs: null, compactAfterMs: 0 } as const;
const RECORD = { key: "a", value: new Uint8Array([1]) };

async function world(step: Partial<Step> = {}) {
  const clock = new ManualClock();
  const log = new MemoryClient(new MemoryLog(clock));
  await log.ensureTopics([{ name: TOPIC, partitions: 2, recordBytesMax: 100, cleanup: KEPT }]);
  const progress = new Progress();
  const telemetry = new Recorder();
  const join = { group: "detect", topics: [TOPIC] };
  const events = telemetry.events.stream;
  const observer = new RunWatch({ stage: "host", events, progress, log, join });
  const stop = new AbortController();
  const steps: Step = { handle: (batch) => workOf(batch, []), gap: () => NOTHING, ...step };
  const start = () => runStep({ log, clock, join, step: steps, stop: stop.signal, observer });
  const stateOf = (partition: number) =>
    progress.look(clock.nowMs()).sources.find(({ source }) => source.endsWith(`/${partition}`));
  return { clock, log, progress, telemetry, observer, stop, start, stateOf };
}

const NOTHING = { publish: [], commit: [] };

describe("the watch over a consume loop", () => {
  test("counts batches and records, and knows where each partition stands", async () => {
    const { log, telemetry, observer, stop, start, stateOf } = await world();
    await log.append(TOPIC, 0, [RECORD, RECORD, RECORD]);
    const running = start();
    await vi.waitUntil(() => telemetry.counted(STREAM_METRICS.records) === 3);
    await observer.ask();
    expect(stateOf(0)).toMatchObject({ state: "idle", done: 3, known: 3 });
    expect(stateOf(1)).toMatchObject({ state: "idle", done: 0, known: 0 });
    expect(telemetry.counted(STREAM_METRICS.held, { stage: "host" })).toBe(2);
    expect(telemetry.counted(STREAM_METRICS.lag, { stage: "host" })).toBe(0);
    stop.abort();
    await running;
  });

  test("sees a loop that hangs on a batch while the log goes on", async () => {
    const { log, clock, progress, telemetry, observer, start, stateOf } = await world({
      handle: () => new Promise(() => {}),
    });
    void start();
    await vi.waitUntil(() => telemetry.counted(STREAM_METRICS.held) === 2);
    await log.append(TOPIC, 1, [RECORD, RECORD]);
    await observer.ask();
    for (let second = 0; second < 31; second += 1) {
      clock.advance(1_000);
      progress.look(clock.nowMs());
    }
    expect(stateOf(1)).toMatchObject({ state: "stuck", done: 0, known: 2 });
    expect(telemetry.counted(STREAM_METRICS.lag, { stage: "host" })).toBe(2);
    expect(progress.look(clock.nowMs()).isReady).toBe(false);
  });

  test("a restart that stands at its commit, or at its snapshot, has no work", async () => {
    const { log, telemetry, observer, stop, start, stateOf } = await world({
      assigned: async () => [{ topic: TOPIC, partition: 1, offset: 2 }],
    });
    await log.append(TOPIC, 0, [RECORD, RECORD]);
    await log.append(TOPIC, 1, [RECORD, RECORD]);
    const consumer = await log.join({ group: "detect", topics: [TOPIC] });
    await consumer.next();
    await consumer.commit([{ topic: TOPIC, partition: 0, offset: 2 }]);
    await consumer.close();
    const running = start();
    await vi.waitUntil(() => telemetry.counted(STREAM_METRICS.held) === 2);
    await observer.ask();
    expect([stateOf(0)?.state, stateOf(1)?.state]).toEqual(["idle", "idle"]);
    stop.abort();
    await running;
  });
});
