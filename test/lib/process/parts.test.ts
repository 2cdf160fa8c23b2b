import { describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { loopPart, runParts, type Part, type PartContext } from "../../../lib/process/parts.ts";

const HANG = new Promise<void>(() => {});

/** Notes what happens to it; `also` replaces what start or stop do. */
function part(name: string, notes: string[], also: Partial<Part> = {}): Part {
  return {
    name,
    async start(context) {
      notes.push(`start ${name}`);
      await also.start?.(context);
    },
    async stop() {
      notes.push(`stop ${name}`);
      await also.stop?.();
    },
  };
}

function run(parts: readonly Part[]) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const told: string[] = [];
  const observer = {
    started: (name: string, _tookMs: number, up: number) => told.push(`started ${name} ${up}`),
    stopped: (name: string, _tookMs: number, up: number) => told.push(`stopped ${name} ${up}`),
    died: (name: string) => told.push(`died ${name}`),
    hung: (name: string) => told.push(`hung ${name}`),
  };
  const ended = runParts({ parts, stop: stop.signal, clock, observer });
  const outcome = ended.then(
    () => null,
    (error: unknown) => error as Error,
  );
  return { clock, stop, told, outcome };
}

describe("parts", () => {
  test("start in order and stop in reverse", async () => {
    const notes: string[] = [];
    const { stop, told, outcome } = run(["a", "b", "c"].map((name) => part(name, notes)));
    await vi.waitUntil(() => told.includes("started c 3"));
    stop.abort();
    expect(await outcome).toBeNull();
    expect(notes).toEqual(["start a", "start b", "start c", "stop c", "stop b", "stop a"]);
    expect(told.slice(-1)).toEqual(["stopped a 0"]);
  });

  test("a start that fails stops what was started, and is the reason", async () => {
    const notes: string[] = [];
    const start = () => Promise.reject(new Error("port in use"));
    const bad = part("b", notes, { start });
    const { outcome, told, clock } = run([part("a", notes), bad, part("c", notes)]);
    expect(await outcome).toMatchObject({ message: "port in use" });
    expect(notes).toEqual(["start a", "start b", "stop a"]);
    expect(told).toContain("died b");
    expect(clock.nextDueMs()).toBeNull();
  });

  test("a part that dies ends the run with its reason; the first one counts", async () => {
    const notes: string[] = [];
    let context: PartContext | undefined;
    const mortal = part("b", notes, { start: (given) => void (context = given) });
    const { outcome } = run([part("a", notes), mortal]);
    await vi.waitUntil(() => context !== undefined);
    context?.died(new Error("broker is gone"));
    context?.died(new Error("and more"));
    expect(await outcome).toMatchObject({ message: "broker is gone" });
    expect(notes.slice(-2)).toEqual(["stop b", "stop a"]);
  });

  test("a stop that fails is told, and the others are stopped all the same", async () => {
    const notes: string[] = [];
    const stopBadly = () => Promise.reject(new Error("cannot flush"));
    const { stop, outcome } = run([part("a", notes), part("b", notes, { stop: stopBadly })]);
    await vi.waitUntil(() => notes.includes("start b"));
    stop.abort();
    expect(await outcome).toMatchObject({ message: "cannot flush" });
    expect(notes).toContain("stop a");
  });

  test("a stop that hangs is given up after 10 s, with the part named", async () => {
    const notes: string[] = [];
    const { clock, stop, told, outcome } = run([
      part("log", notes),
      part("webhook", notes, { stop: () => HANG }),
      part("udp", notes),
    ]);
    await vi.waitUntil(() => told.includes("started udp 3"));
    stop.abort();
    await vi.waitUntil(() => notes.includes("stop webhook"));
    clock.advance(9_999);
    expect(told).not.toContain("hung webhook");
    clock.advance(1);
    expect(await outcome).toMatchObject({
      code: "part_hung",
      message: "webhook did not stop within 10 s",
      exitCode: 75,
    });
    expect(told.filter((line) => line.startsWith("hung"))).toEqual(["hung webhook"]);
  });

  test("a death is the cause of the hang that follows it", async () => {
    const die = ({ died }: PartContext) => died(new Error("disk failed"));
    const { clock, outcome } = run([part("a", [], { start: die, stop: () => HANG })]);
    await vi.waitUntil(() => clock.nextDueMs() !== null);
    clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: "part_hung", cause: { message: "disk failed" } });
  });

  test("stopping within a start waits for it, starts no more, and lets it give up", async () => {
    const notes: string[] = [];
    const slow = part("b", notes, {
      start: ({ stopping }) =>
        new Promise((_, reject) => {
          stopping.addEventListener("abort", () => reject(new Error("gave up")));
        }),
    });
    const { stop, outcome } = run([part("a", notes), slow, part("c", notes)]);
    await vi.waitUntil(() => notes.includes("start b"));
    stop.abort();
    expect(await outcome).toBeNull();
    expect(notes).toEqual(["start a", "start b", "stop a"]);
  });

  test("a start that hangs beyond the stop is named too", async () => {
    const notes: string[] = [];
    const { clock, stop, outcome } = run([part("restore", notes, { start: () => HANG })]);
    await vi.waitUntil(() => notes.includes("start restore"));
    stop.abort();
    clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: "part_hung" });
  });

  test("asked to stop before the start, nothing starts", async () => {
    const notes: string[] = [];
    const clock = new ManualClock();
    await runParts({ parts: [part("a", notes)], stop: AbortSignal.abort(), clock });
    expect(notes).toEqual([]);
    expect(clock.nextDueMs()).toBeNull();
  });
});

describe("a loop as a part", () => {
  test("ends when it is told to", async () => {
    const loop = loopPart("ingest", (stop) => {
      return new Promise((resolve) => stop.addEventListener("abort", () => resolve()));
    });
    const { stop, told, outcome } = run([loop]);
    await vi.waitUntil(() => told.includes("started ingest 1"));
    stop.abort();
    expect(await outcome).toBeNull();
  });

  test("that throws, or ends by itself, is dead", async () => {
    const { outcome: thrown } = run([loopPart("a", () => Promise.reject(new Error("fenced off")))]);
    expect(await thrown).toMatchObject({ message: "fenced off" });
    const { outcome: ended } = run([loopPart("ingest", () => Promise.resolve())]);
    expect(await ended).toMatchObject({ message: "ingest ended by itself" });
  });
});
