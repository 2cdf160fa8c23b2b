import { describe, expect, test } from "vitest";
import { retryByHand } from "../../services/notify/core/delivery-record.ts";
import { MemorySink } from "../../services/notify/deliver/memory.ts";
import { DOWN, HOUR_MS, keys, MINUTE_MS, status } from "./answers.ts";
import { incident, NOW_MS, revised } from "./incidents.ts";
import { count, World } from "./world.ts";

describe("a target that is away", () => {
  test("for 4 hours with 500 incidents of 12 updates: each once, at its latest", async () => {
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
    world.deliver(retryByHand(world.deliveries().at(-1)!));
    await world.run(MINUTE_MS);
    expect(keys(hook.taken)).toEqual([`${one.id}/1/hook`]);
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
    world.deliver(retryByHand(dead!));
    await world.run(MINUTE_MS);
    expect(keys(hook.taken)).toEqual([`${one.id}/1/hook`]);
    await world.stop();
  });

  test("what is wanted by hand is sent after a restart too, or said to be gone", async () => {
    const world = new World();
    const hook = new MemorySink("hook");
    hook.answer = () => status(400);
    await world.start([hook]);
    world.publish(incident());
    await world.run(MINUTE_MS);
    await world.stop();
    const [dead] = world.deliveries();
    world.deliver(retryByHand(dead!));
    world.deliver(retryByHand({ ...dead!, incidentId: "tg-gone" }));
    hook.answer = () => ({ type: "taken", httpStatus: 200 });
    await world.start([hook]);
    await world.run(HOUR_MS);
    expect(hook.taken).toHaveLength(1);
    const gone = world.deliveries().filter(({ incidentId }) => incidentId === "tg-gone");
    expect(gone.map(({ state }) => state)).toEqual(["pending", "dead"]);
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
