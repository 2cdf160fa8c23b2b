import { describe, expect, test } from "vitest";
import type { Control } from "../../lib/domain/control.ts";
import type { Answer } from "../../services/notify/core/answer.ts";
import { MemorySink } from "../../services/notify/deliver/memory.ts";
import type { Notice } from "../../services/notify/formats/notice.ts";
import { incident, NOW_MS, revised } from "./incidents.ts";
import { count, World } from "./world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DOWN: Answer = { type: "troubled", trouble: "unreachable", said: "connection refused" };

const keys = (notices: readonly Notice[]) => notices.map(({ key }) => key);
const status = (httpStatus: number, retryAfter: string | null = null): Answer => ({
  type: "answered",
  httpStatus,
  retryAfter,
  said: "",
});

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

describe("once as people see it", () => {
  test("each revision is told once, the first as a page, the others as updates", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook]);
    const first = incident();
    for (const each of [first, revised(first), revised(revised(first), { escalation: 2 })]) {
      world.publish(each);
      await world.run(MINUTE_MS);
    }
    expect(hook.taken.map(({ key, urgency }) => [key, urgency])).toEqual([
      [`${first.id}/1/hook`, "page"],
      [`${first.id}/2/hook`, "update"],
      [`${first.id}/3/hook`, "page"],
    ]);
    await world.stop();
    expect(world.deaths).toEqual([]);
  });

  test("a restart, a replay and a revision out of order tell nobody", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    const archive = new MemorySink("archive", "every");
    const one = incident();
    await world.start([hook, archive]);
    world.publish(one, revised(one));
    await world.run(MINUTE_MS);
    await world.stop();
    const before = [keys(hook.taken), keys(archive.taken)];
    expect(before[1]).toEqual([`${one.id}/1/archive`, `${one.id}/2/archive`]);

    world.publish(one, revised(one), one);
    await world.start([hook, archive]);
    await world.run(HOUR_MS);
    expect([keys(hook.taken), keys(archive.taken)]).toEqual(before);
    expect(count(world.told, "suppressed hook already_sent")).toBe(3);
    await world.stop();
  });

  test("a new group reads everything again and still tells nobody", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    await world.start([hook]);
    for (let number = 1; number <= 20; number++) world.publish(incident(number));
    await world.run(MINUTE_MS);
    await world.stop();
    for (const partition of [0, 1, 2]) {
      const at = { topic: "tidegauge.incidents", partition, offset: 0 };
      await world.log.commit("tidegauge.notify.sink.hook", [at]);
    }
    await world.start([hook]);
    await world.run(HOUR_MS);
    expect(hook.attempts).toHaveLength(20);
    await world.stop();
  });

  test("killed between send and mark, one notice repeats under the same key", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    world.faults.onAppend = (topic) =>
      topic === "tidegauge.deliveries" && hook.taken.length === 3 ? "crash_before" : "none";
    await world.start([hook]);
    for (let number = 1; number <= 5; number++) world.publish(incident(number));
    await world.run(MINUTE_MS);
    expect(hook.taken).toHaveLength(3);

    world.faults.onAppend = () => "none";
    await world.start([hook]);
    await world.run(MINUTE_MS);
    const all = keys(hook.taken);
    expect(all).toHaveLength(6);
    expect(new Set(all).size).toBe(5);
    expect(all[3] === all[2] || all.slice(3).includes(all[2] ?? "")).toBe(true);
    await world.stop();
  });

  test("killed at any append, every incident arrives, and at most one repeats per kill", async () => {
    for (let at = 1; at <= 24; at++) {
      const world = new World();
      const hook = new MemorySink("hook");
      let appends = 0;
      world.faults.onAppend = () => {
        appends++;
        return appends === at ? (at % 2 === 0 ? "crash_before" : "crash_after") : "none";
      };
      await world.start([hook]);
      for (let number = 1; number <= 8; number++) world.publish(incident(number));
      await world.run(MINUTE_MS);
      world.crash();
      await world.start([hook]);
      await world.run(MINUTE_MS);
      expect(new Set(keys(hook.taken)).size).toBe(8);
      expect(hook.taken.length).toBeLessThanOrEqual(9);
      await world.stop();
    }
  });
});

describe("a target that is away", () => {
  test("for 4 hours with 500 incidents of 12 updates: each arrives once, at its latest", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    const archive = new MemorySink("archive", "every");
    hook.answer = () => DOWN;
    await world.start([hook, archive]);
    const attemptsAtMs: number[] = [];
    hook.answer = () => {
      attemptsAtMs.push(world.clock.nowMs());
      return DOWN;
    };
    let all = Array.from({ length: 500 }, (_, number) => incident(number));
    for (let update = 0; update < 12; update++) {
      world.publish(...all);
      await world.run((4 * HOUR_MS) / 12);
      all = all.map((each) => revised(each));
    }
    expect(archive.taken).toHaveLength(6_000);
    const perMinute = attemptsAtMs
      .slice(3)
      .map((atMs, i, list) => atMs - (list[i - 1] ?? -Infinity));
    expect(Math.min(...perMinute)).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(attemptsAtMs.length).toBeLessThanOrEqual(4 * 60 + 3);

    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    const beforeMs = world.clock.nowMs();
    const takenAtMs: number[] = [];
    hook.answer = () => {
      takenAtMs.push(world.clock.nowMs());
      return { type: "taken", httpStatus: 200 };
    };
    await world.run(10 * MINUTE_MS);
    expect(hook.taken).toHaveLength(500);
    expect(new Set(keys(hook.taken))).toEqual(new Set(all.map(({ id }) => `${id}/12/hook`)));
    // Five a second, after at most one probe's pause.
    expect((takenAtMs.at(-1) ?? 0) - (takenAtMs[0] ?? 0)).toBeGreaterThanOrEqual(99_000);
    expect((takenAtMs[0] ?? 0) - beforeMs).toBeLessThan(75_000);
    await world.stop();
  }, 60_000);

  test("a restart in the middle loses nothing and repeats nothing", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook]);
    world.publish(...Array.from({ length: 50 }, (_, number) => incident(number)));
    await world.run(HOUR_MS);
    await world.stop();
    await world.start([hook]);
    await world.run(HOUR_MS);
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.run(10 * MINUTE_MS);
    expect(new Set(keys(hook.taken)).size).toBe(50);
    expect(hook.taken).toHaveLength(50);
    await world.stop();
  });

  test("for longer than is bridged: given up, and sent by hand later", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(7 * 24 * HOUR_MS + 10 * MINUTE_MS);
    expect(count(world.told, "dead hook expired")).toBe(1);
    expect(world.deliveries().at(-1)).toMatchObject({ state: "dead", toldRevision: 0 });

    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.run(HOUR_MS);
    expect(hook.taken).toEqual([]);
    await world.stop();
  }, 60_000);

  test("that says when to come back is asked then, not before", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    const attemptsAtMs: number[] = [];
    hook.answer = () => {
      attemptsAtMs.push(world.clock.nowMs() - NOW_MS);
      return attemptsAtMs.length === 1 ? status(429, "120") : { type: "taken", httpStatus: 200 };
    };
    await world.start([hook]);
    world.publish(incident(1), incident(2));
    await world.run(HOUR_MS);
    expect(attemptsAtMs).toEqual([0, 120_000, 120_000]);
    await world.stop();
  });

  test("that refuses one incident for ever does not hold up the others", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    const poison = incident(1);
    hook.answer = (notice) =>
      notice.key.startsWith(poison.id) ? status(500) : { type: "taken", httpStatus: 200 };
    await world.start([hook]);
    world.publish(poison, ...Array.from({ length: 9 }, (_, number) => incident(number + 2)));
    await world.run(10 * MINUTE_MS);
    expect(hook.taken).toHaveLength(9);
    await world.stop();
  });

  test("a clock that is set back an hour delays no retry by an hour", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => DOWN;
    await world.start([hook]);
    world.publish(incident());
    await world.run(10 * MINUTE_MS);
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    world.clock.step(-HOUR_MS);
    await world.run(2 * MINUTE_MS);
    expect(hook.taken).toHaveLength(1);
    await world.stop();
  });
});

describe("what a target answers", () => {
  test("a refusal is given up at once, and can be sent again by hand", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => status(404);
    await world.start([hook]);
    const one = incident();
    world.publish(one);
    await world.run(HOUR_MS);
    expect(hook.attempts).toHaveLength(1);
    const dead = world.deliveries().at(-1);
    expect(dead).toMatchObject({ state: "dead", httpStatus: 404, attempts: 1 });

    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    world.deliver({ ...dead!, state: "pending" });
    await world.run(MINUTE_MS);
    expect(keys(hook.taken)).toEqual([`${one.id}/1/hook`]);
    await world.stop();
  });

  test("410 disables the sink until a restart, and nothing is lost", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => status(410);
    const notify = await world.start([hook]);
    world.publish(incident(1), incident(2), incident(3));
    await world.run(4 * HOUR_MS);
    expect(hook.attempts).toHaveLength(1);
    expect(notify.status()).toMatchObject([{ sink: "hook", state: "disabled", pending: 3 }]);
    expect(world.told).toContain("disabled hook");
    await world.stop();
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.start([hook]);
    await world.run(MINUTE_MS);
    expect(hook.taken).toHaveLength(3);
    await world.stop();
  });
});

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
