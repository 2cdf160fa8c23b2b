import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import type { Member } from "../../../lib/stream/group.ts";
import type { MemoryFaults } from "../../../lib/stream/memory.ts";
import { MemoryLog } from "../../../lib/stream/memory.ts";
import type { RunObserver, Step } from "../../../lib/stream/run.ts";
import { runStep, workOf } from "../../../lib/stream/run.ts";
import type { GapEvent, TopicSpec } from "../../../lib/stream/stream.ts";
import { PLAIN, record, texts } from "../../contract/stream-harness.ts";

const OUT: TopicSpec = { ...PLAIN, name: "out" };

/** Copies each batch to the partition of the same number of `out`. */
const copy: Step = {
  handle: (batch) =>
    workOf(batch, [{ topic: "out", partition: batch.partition, records: batch.records }]),
  gap: () => ({ publish: [], commit: [] }),
};

function world(faults: MemoryFaults = {}) {
  const clock = new ManualClock(1_800_000_000_000);
  const log = new MemoryLog(clock, faults);
  for (const topic of [PLAIN, OUT]) log.ensure(topic);
  return { clock, log };
}

function start(log: MemoryLog, step: Step = copy, observer: RunObserver = {}) {
  const abort = new AbortController();
  const client = log.connect();
  const ended = runStep({
    log: client,
    clock: log.clock,
    join: { group: "g", topics: ["plain"], batchBytes: 40 },
    step,
    stop: abort.signal,
    observer,
  });
  return { client, ended, stop: () => abort.abort() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const read = (log: MemoryLog, topic: string, partition = 0) =>
  texts(log.slice({ topic, partition, offset: 0 }, 1e6).records);

describe("the consume loop", () => {
  it("publishes everything in order, commits behind it, and returns when stopped", async () => {
    const { log } = world();
    const input = Array.from({ length: 50 }, (_, n) => `${n}`);
    for (const text of input) log.append("plain", 0, [record(text)]);
    const run = start(log);
    await settle();
    expect(read(log, "out")).toEqual(input);
    expect(log.committedOffset("g", "plain", 0)).toBe(50);
    run.stop();
    await run.ended;
  });

  it("commits what was handled when it is stopped in the middle of it", async () => {
    const { log } = world();
    log.append("plain", 0, [record("a")]);
    let release = () => {};
    const step: Step = {
      ...copy,
      handle: async (batch) => {
        await new Promise<void>((resolve) => (release = resolve));
        return copy.handle(batch);
      },
    };
    const run = start(log, step);
    await settle();
    run.stop();
    await settle();
    release();
    await run.ended;
    expect(read(log, "out")).toEqual(["a"]);
    expect(log.committedOffset("g", "plain", 0)).toBe(1);
  });

  it("tries again until the log takes it, and loses and reorders nothing", async () => {
    let refusals = 5;
    const { log, clock } = world({
      onAppend: (topic) => (topic === "out" && refusals-- > 0 ? "disk_full" : "none"),
    });
    for (const text of ["a", "b", "c"]) log.append("plain", 0, [record(text.repeat(40))]);
    const attempts: number[] = [];
    const run = start(log, copy, { retrying: (_error, attempt) => void attempts.push(attempt) });
    for (let attempt = 0; attempt < 5; attempt++) {
      await settle();
      expect(log.committedOffset("g", "plain", 0)).toBeNull();
      clock.advance(10_000);
    }
    await settle();
    expect(log.committedOffset("g", "plain", 0)).toBe(3);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(read(log, "out").map((text) => text[0])).toEqual(["a", "b", "c"]);
    run.stop();
    await run.ended;
  });

  it("does not commit what it could not publish before it was stopped", async () => {
    const { log } = world({ onAppend: (topic) => (topic === "out" ? "disk_full" : "none") });
    log.append("plain", 0, [record("a")]);
    const run = start(log);
    await settle();
    run.stop();
    await run.ended;
    expect(log.committedOffset("g", "plain", 0)).toBeNull();
  });

  it.each(["crash_before", "crash_after"] as const)(
    "repeats work after %s of an append and loses none",
    async (fault) => {
      let crashes = 1;
      const { log } = world({
        onAppend: (topic) => (topic === "out" && crashes-- > 0 ? fault : "none"),
      });
      log.append("plain", 0, [record("a")]);
      start(log);
      await settle();
      expect(log.committedOffset("g", "plain", 0)).toBeNull();
      const run = start(log);
      await settle();
      expect(read(log, "out")).toEqual(fault === "crash_after" ? ["a", "a"] : ["a"]);
      expect(log.committedOffset("g", "plain", 0)).toBe(1);
      run.stop();
      await run.ended;
    },
  );

  it("reads on where the step's snapshot says, and hears of gaps", async () => {
    const { log, clock } = world();
    const aged: TopicSpec = {
      ...PLAIN,
      cleanup: { policy: "delete", retentionMs: 1_000, compactAfterMs: 0 },
    };
    log.ensure(aged);
    for (const text of ["a", "b", "c"]) log.append("plain", 0, [record(text)]);
    clock.advance(2_000);
    log.clean();
    log.append("plain", 0, [record("d")]);
    const gaps: GapEvent[] = [];
    const step: Step = {
      ...copy,
      assigned: async () => [{ topic: "plain", partition: 0, offset: 1 }],
      gap: (gap) => {
        gaps.push(gap);
        return { publish: [], commit: [] };
      },
    };
    const run = start(log, step);
    await settle();
    expect(gaps).toMatchObject([{ fromOffset: 1, toOffset: 3 }]);
    expect(read(log, "out")).toEqual(["d"]);
    run.stop();
    await run.ended;
  });

  it("goes on after its partition was taken, and ends on what it cannot retry", async () => {
    const { log } = world();
    log.append("plain", 0, [record("a")]);
    let fenced = 0;
    let zombie = true;
    const run = start(
      log,
      {
        ...copy,
        handle: (batch) => {
          if (zombie) log.group("g").expel(log.group("g").members()[0] as Member);
          zombie = false;
          return copy.handle(batch);
        },
      },
      { fenced: () => void fenced++ },
    );
    await settle();
    expect(fenced).toBe(1);
    expect(log.committedOffset("g", "plain", 0)).toBe(1);
    run.stop();
    await run.ended;

    const broken = start(log, {
      ...copy,
      handle: (batch) => workOf(batch, [{ topic: "nowhere", partition: 0, records: [] }]),
    });
    log.append("plain", 0, [record("b")]);
    await expect(broken.ended).rejects.toMatchObject({ code: "topic_unknown" });
  });
});
