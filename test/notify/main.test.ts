import { describe, expect, test } from "vitest";
import { MemorySink } from "../../services/notify/deliver/memory.ts";
import { HOUR_MS, keys, MINUTE_MS } from "./answers.ts";
import { incident, revised } from "./incidents.ts";
import { count, World } from "./world.ts";

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

  test("who was told and not marked before a crash hears that it was nothing", async () => {
    for (let at = 1; at <= 12; at++) {
      const world = new World();
      const hook = new MemorySink("hook");
      const incidents = Array.from({ length: 12 }, (_, number) => incident(number));
      hook.answer = () => {
        if (hook.attempts.length === at) world.crash();
        return { type: "taken", httpStatus: 200 };
      };
      await world.start([hook]);
      world.publish(...incidents);
      await world.run(MINUTE_MS);
      const told = keys(hook.taken);
      expect(told).toHaveLength(at);

      world.publish(...incidents.map((one) => revised(one, { state: "withdrawn" })));
      await world.start([hook]);
      await world.run(MINUTE_MS);
      const ends = told.map((key) => key.replace("/1/", "/2/"));
      expect(keys(hook.taken)).toEqual(expect.arrayContaining(ends));
      const later = hook.taken.filter(({ key }) => key.includes("/2/"));
      expect(later.map(({ urgency }) => urgency)).not.toContain("page");
      await world.stop();
    }
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

  test("killed at any append: every incident arrives, at most one repeats per kill", async () => {
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

describe("several processes", () => {
  test("share one sink, and one takes over from the other", async () => {
    const world = new World();
    const [left, right] = [new MemorySink("hook"), new MemorySink("hook")];
    const first = await world.start([left]);
    await world.start([right]);
    world.publish(...Array.from({ length: 30 }, (_, number) => incident(number)));
    await world.run(MINUTE_MS);
    expect([left.taken.length > 0, right.taken.length > 0]).toEqual([true, true]);
    expect(new Set(keys([...left.taken, ...right.taken])).size).toBe(30);
    expect(left.taken.length + right.taken.length).toBe(30);

    world.crash();
    world.publish(...Array.from({ length: 30 }, (_, number) => incident(100 + number)));
    await world.run(MINUTE_MS);
    expect(left.taken.length + right.taken.length).toBe(60);
    const stopping = first.stop();
    await world.run(MINUTE_MS);
    await stopping;
  });
});
