import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { MemoryLog } from "../../../lib/stream/memory.ts";
import { runStep, type RunObserver, type Step } from "../../../lib/stream/run.ts";
import { StreamError } from "../../../lib/stream/stream-error.ts";
import type { Log, NewRecord, Position, TopicSpec } from "../../../lib/stream/stream.ts";
import { PLAIN, record, texts } from "../../contract/stream-harness.ts";

const OUT: TopicSpec = { ...PLAIN, name: "out" };
const RECORDS = 24;

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Every record into the partition that its own number names, so that works meet in partitions. */
const spread = (ahead: number): Step => ({
  ahead,
  handle: ({ records, topic, partition, nextOffset }) => ({
    publish: records.map((each) => ({
      topic: "out",
      partition: Number(texts([each])[0]!.split("-")[1]) % 3,
      records: [each],
    })),
    commit: [{ topic, partition, offset: nextOffset }],
  }),
  gap: () => ({ publish: [], commit: [] }),
});

interface Watched {
  readonly onAppend: (partition: number, records: readonly NewRecord[]) => Promise<void>;
  readonly onCommit?: (positions: readonly Position[]) => void;
}

function world({ onAppend, onCommit }: Watched) {
  const clock = new ManualClock(1_800_000_000_000);
  const log = new MemoryLog(clock);
  for (const topic of [PLAIN, OUT]) log.ensure(topic);
  const input = Array.from({ length: RECORDS }, (_, n) => `${n % 3}-${n}`);
  for (const [n, text] of input.entries()) log.append("plain", n % 3, [record(text)]);
  const start = (step: Step, observer: RunObserver = {}) => {
    const abort = new AbortController();
    const client = log.connect();
    const watched: Pick<Log, "join" | "append"> = {
      async join(options) {
        const consumer = await client.join(options);
        const commit = consumer.commit.bind(consumer);
        consumer.commit = (positions) => {
          onCommit?.(positions);
          return commit(positions);
        };
        return consumer;
      },
      async append(topic, partition, records) {
        await onAppend(partition, records);
        return client.append(topic, partition, records);
      },
    };
    const join = { group: "g", topics: ["plain"], batchBytes: 40 };
    const ended = runStep({ log: watched, clock, join, step, stop: abort.signal, observer });
    return { ended, client, stop: () => abort.abort() };
  };
  const outputs = () =>
    [0, 1, 2].map((partition) =>
      texts(log.slice({ topic: "out", partition, offset: 0 }, Infinity).records),
    );
  const committed = () => [0, 1, 2].map((each) => log.committedOffset("g", "plain", each) ?? 0);
  return { clock, log, input, start, outputs, committed };
}

const byNumber = (text: string) => Number(text.split("-")[1]);

describe("the consume loop that works ahead", () => {
  it("keeps appends in order and commits nothing unpublished, whatever answers first", async () => {
    const ahead = fc.integer({ min: 0, max: 4 });
    const refusals = fc.array(fc.boolean(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), ahead, refusals, async (scheduler, ahead, refused) => {
        const left = [...refused];
        const answer = scheduler.scheduleFunction(async () => left.shift() ?? false);
        const made = world({
          async onAppend() {
            if (await answer()) throw new StreamError("disk_full", "the disk is full");
          },
          onCommit(positions) {
            const there = new Set(made.outputs().flat());
            for (const { partition, offset } of positions) {
              const before = made.input.filter((text) => text.startsWith(`${partition}-`));
              expect(before.slice(0, offset).filter((text) => !there.has(text))).toEqual([]);
            }
          },
        });
        const handled: string[] = [];
        const step = spread(ahead);
        const run = made.start({
          ...step,
          handle: (batch) => {
            handled.push(...texts(batch.records));
            return step.handle(batch);
          },
        });
        while (made.committed().some((offset) => offset < RECORDS / 3)) {
          await scheduler.waitIdle();
          await settle();
          made.clock.advance(10_000);
        }
        run.stop();
        await run.ended;
        for (const [partition, output] of made.outputs().entries()) {
          expect(output).toEqual(handled.filter((text) => byNumber(text) % 3 === partition));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("loses nothing when it ends on what cannot be retried, at any append", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(RECORDS - 1), fc.integer({ min: 0, max: 4 }), async (nth, ahead) => {
        let appends = 0;
        const made = world({
          async onAppend() {
            if (appends++ === nth) throw new StreamError("log_damaged", "the log is damaged");
            await settle();
          },
        });
        await expect(made.start(spread(ahead)).ended).rejects.toMatchObject({
          code: "log_damaged",
        });
        const again = made.start(spread(ahead));
        while (made.committed().some((offset) => offset < RECORDS / 3)) await settle();
        again.stop();
        await again.ended;
        expect(new Set(made.outputs().flat())).toEqual(new Set(made.input));
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 2])("has at most %d works on their way when it handles the next", async (ahead) => {
    let [open, most] = [0, 0];
    const made = world({ onAppend: settle as () => Promise<void> });
    const step = spread(ahead);
    const run = made.start({
      ...step,
      async handle(batch) {
        most = Math.max(most, open++);
        return { ...(await step.handle(batch)), done: () => void open-- };
      },
    });
    while (made.committed().some((offset) => offset < RECORDS / 3)) await settle();
    run.stop();
    await run.ended;
    expect(most).toBe(ahead);
    expect(open).toBe(0);
  });

  it.each([3, 20])("gives no partition away before %d works ahead are committed", async (ahead) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const made = world({ onAppend: () => held });
    const fenced: unknown[] = [];
    const step = spread(ahead);
    let handled = 0;
    const run = made.start(
      {
        ...step,
        handle: (batch) => {
          handled += batch.records.length;
          return step.handle(batch);
        },
      },
      { fenced: (error) => fenced.push(error) },
    );
    await settle();
    const other = await made.log.connect().join({ group: "g", topics: ["plain"] });
    let isJoined = false;
    const committed = other.next().then(() => {
      isJoined = true;
      return made.committed().reduce((sum, offset) => sum + offset, 0);
    });
    await settle();
    expect(isJoined).toBe(false);
    expect(handled).toBeGreaterThan(0);
    release();
    expect(await committed).toBe(handled);
    expect(fenced).toEqual([]);
    run.stop();
    await run.ended;
  });

  it("commits what is on its way when it is stopped, and tells that it is done", async () => {
    const made = world({ onAppend: settle as () => Promise<void> });
    const done: number[] = [];
    const step = spread(2);
    let works = 0;
    const run = made.start({
      ...step,
      async handle(batch) {
        const work = works++;
        if (works === 3) run.stop();
        return { ...(await step.handle(batch)), done: () => void done.push(work) };
      },
    });
    await run.ended;
    expect(done).toEqual([0, 1, 2]);
    const read = made.committed().reduce((sum, offset) => sum + offset, 0);
    expect(made.outputs().flat()).toHaveLength(read);
  });

  it("commits nothing behind a work that could not be published before the stop", async () => {
    const made = world({
      async onAppend(_, records) {
        if (records.some(({ value }) => texts([{ value } as never])[0] === "0-0")) {
          throw new StreamError("disk_full", "the disk is full");
        }
      },
    });
    const run = made.start(spread(4));
    await settle();
    run.stop();
    await run.ended;
    expect(made.committed()[0]).toBe(0);
    expect(made.outputs().flat()).not.toContain("0-0");
  });

  it("commits again while the log has no space, and nothing is done before that", async () => {
    let refusals = 3;
    const made = world({
      onAppend: async () => undefined,
      onCommit: () => {
        if (refusals-- > 0) throw new StreamError("disk_full", "the disk is full");
      },
    });
    const attempts: number[] = [];
    const done: number[] = [];
    let works = 0;
    const step = spread(4);
    const run = made.start(
      {
        ...step,
        async handle(batch) {
          const work = works++;
          return { ...(await step.handle(batch)), done: () => void done.push(work) };
        },
      },
      { retrying: (_error, attempt) => void attempts.push(attempt) },
    );
    for (let attempt = 1; attempt <= 3; attempt++) {
      await settle();
      expect(done).toEqual([]);
      made.clock.advance(10_000);
    }
    while (made.committed().some((offset) => offset < RECORDS / 3)) await settle();
    expect(attempts).toEqual([1, 2, 3]);
    expect(done).toEqual(Array.from({ length: works }, (_, work) => work));
    run.stop();
    await run.ended;
  });

  it("is stopped while it cannot commit: then the work is done again", async () => {
    const made = world({
      onAppend: async () => undefined,
      onCommit: () => {
        throw new StreamError("disk_full", "the disk is full");
      },
    });
    const run = made.start(spread(4));
    await settle();
    run.stop();
    await run.ended;
    expect(made.committed()).toEqual([0, 0, 0]);
  });
});
