import { describe, expect, test } from "vitest";
import type { Control } from "../../lib/domain/control.ts";
import { MemorySink } from "../../services/notify/deliver/memory.ts";
import { DOWN, HOUR_MS, keys, MINUTE_MS } from "./answers.ts";
import { incident, NOW_MS, revised } from "./incidents.ts";
import { count, World } from "./world.ts";

function silence(over: Partial<Control> = {}): Control {
  return {
    id: "c-1",
    type: "silence",
    author: "kim",
    reason: "load test",
    writtenAtMs: NOW_MS,
    fromMs: NOW_MS - HOUR_MS,
    untilMs: NOW_MS + HOUR_MS,
    incidentId: null,
    scope: null,
    verdict: null,
    matchers: [],
    ...over,
  };
}

describe("noise is bounded", () => {
  test("a storm pages so often a minute, and the rest is one digest with every id", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook], { pagesPerMinute: 20 });
    const storm = Array.from({ length: 500 }, (_, number) => incident(number));
    world.publish(...storm);
    await world.run(2 * MINUTE_MS);
    const digests = hook.taken.filter(({ type }) => type === "digest");
    expect(hook.taken).toHaveLength(21);
    expect(digests).toHaveLength(1);
    const ids = hook.taken.flatMap((notice) =>
      notice.type === "digest" ? notice.digest.incidents.map(({ id }) => id) : notice.incident.id,
    );
    expect(new Set(ids)).toEqual(new Set(storm.map(({ id }) => id)));
    expect(ids).toHaveLength(500);

    world.publish(...storm.map((each) => revised(each, { state: "resolved" })));
    await world.run(3 * MINUTE_MS);
    const after = hook.taken.slice(21);
    expect(after.filter(({ type }) => type === "digest")).toHaveLength(1);
    expect(after).toHaveLength(21);
    await world.stop();
  });

  test("the worst pages first", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook], { pagesPerMinute: 20 });
    const mild = Array.from({ length: 60 }, (_, number) => incident(number, { severity: "low" }));
    world.publish(...mild, incident(99, { severity: "critical" }));
    await world.run(10 * MINUTE_MS);
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.run(5 * MINUTE_MS);
    const place = hook.taken.findIndex(({ key }) => key.startsWith(incident(99).id));
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThanOrEqual(1);
    await world.stop();
  });
});

describe("what people decided", () => {
  test("a silence keeps back what falls into it, and says so", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    world.control(silence());
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(MINUTE_MS);
    expect(hook.taken).toEqual([]);
    expect(world.deliveries()).toMatchObject([{ state: "suppressed", detail: "silenced: c-1" }]);

    world.publish(revised(one, { lastSeenAt: "2026-11-20T09:45:00.000Z" }));
    await world.run(MINUTE_MS);
    expect(keys(hook.taken)).toEqual([`${one.id}/2/hook`]);
    await world.stop();
  });

  test("a silence that comes while the target is away is obeyed", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook]);
    world.publish(incident());
    await world.run(10 * MINUTE_MS);
    world.control(silence());
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.run(10 * MINUTE_MS);
    expect(hook.taken).toEqual([]);
    await world.stop();
  });

  test("what is withdrawn before the target is back is never told", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(10 * MINUTE_MS);
    world.publish(revised(one, { state: "withdrawn" }));
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.run(10 * MINUTE_MS);
    expect(hook.taken).toEqual([]);
    await world.stop();
  });
});

describe("the end of what was told", () => {
  test("follows, also when it comes while the page is under way", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    const { promise, resolve } = Promise.withResolvers<void>();
    hook.answer = async () => {
      await promise;
      return { type: "taken", httpStatus: 200 };
    };
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(1_000);
    world.publish(revised(one, { state: "withdrawn" }));
    await world.run(1_000);
    expect(hook.attempts).toHaveLength(1);
    resolve();
    await world.run(1_000);
    expect(keys(hook.taken)).toEqual([`${one.id}/1/hook`, `${one.id}/2/hook`]);
    await world.stop();
  });

  test("does not wait for a silence to pass", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(1_000);
    world.control(silence());
    world.publish(revised(one), revised(revised(one), { state: "resolved" }));
    await world.run(MINUTE_MS);
    expect(keys(hook.taken)).toEqual([`${one.id}/1/hook`, `${one.id}/3/hook`]);
    await world.stop();
  });
});

describe("the log", () => {
  test("keeps every revision, control and attempt in history", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    world.control(silence({ type: "acknowledge", incidentId: one.id }));
    world.control(silence({ id: "c-2", scope: { name: "site", value: "muc2" } }));
    await world.run(MINUTE_MS);
    expect(world.history()).toEqual(
      expect.arrayContaining([
        { incidentId: one.id, kind: "revision", inner: "incident", evidence: 1 },
        { incidentId: one.id, kind: "control", inner: "control", evidence: 0 },
        { incidentId: "", kind: "control", inner: "control", evidence: 0 },
        { incidentId: one.id, kind: "delivery", inner: "delivery", evidence: 0 },
      ]),
    );
    expect(world.history()).toHaveLength(4);
    await world.stop();
  });

  test("a record that nobody can read is told and passed over", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook]);
    const value = Uint8Array.of(1, 2, 3);
    for (const topic of ["incidents", "controls", "deliveries"]) {
      world.log.append(`tidegauge.${topic}`, 0, [{ key: "a/b", value }]);
    }
    world.publish(incident());
    await world.run(MINUTE_MS);
    expect(hook.taken).toHaveLength(1);
    expect(count(world.told, "unreadable")).toBeGreaterThanOrEqual(3);
    expect(world.deaths).toEqual([]);
    await world.stop();
  });

  test("a full disk holds back further notices until what was sent is marked", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    let full = true;
    world.faults.onAppend = (topic) =>
      full && topic === "tidegauge.deliveries" ? "disk_full" : "none";
    await world.start([hook]);
    world.publish(incident(1), incident(2), incident(3));
    await world.run(10 * MINUTE_MS);
    expect(hook.taken).toHaveLength(1);
    full = false;
    await world.run(MINUTE_MS);
    expect(hook.taken).toHaveLength(3);
    await world.stop();
  });
});
