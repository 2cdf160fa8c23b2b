import { describe, expect, it } from "vitest";
import { CANARY_HOPS, type CanaryHop } from "../../../lib/domain/canary.ts";
import { CanaryTrail } from "../../../lib/process/canary-trail.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";

/** A trail that is looked at each second, and into which a canary goes every ten. */
class World {
  readonly clock = new ManualClock(1_000_000);
  readonly told: string[] = [];
  readonly trail = new CanaryTrail(this.clock, {
    canaryArrived: (input, tookMs, wasMissing) =>
      this.told.push(`${input} ${wasMissing ? "back" : "arrived"} after ${tookMs}`),
    canaryMissed: (input, hop) => this.told.push(`${input} missed at ${hop}`),
  });

  /** `passes` says which hops they pass. */
  run(seconds: number, passes: (hop: CanaryHop) => boolean, input = "udp"): this {
    for (let second = 0; second < seconds; second++) {
      if (second % 10 === 0) {
        const canary = { input, sentMs: this.clock.nowMs() };
        this.trail.sent(canary);
        for (const hop of CANARY_HOPS) {
          if (!passes(hop)) break;
          this.trail.passed(hop, canary);
        }
      }
      this.clock.advance(1_000);
      this.trail.look();
    }
    return this;
  }

  get lost() {
    return this.trail.look().map(({ input, hop }) => `${input} ${hop}`);
  }
}

const all = () => true;

describe("a trail", () => {
  it.each(CANARY_HOPS)("names the hop that nothing passes: %s", (broken) => {
    const world = new World().run(30, all);
    expect(world.trail.isWhole).toBe(true);
    const before = (hop: CanaryHop) => CANARY_HOPS.indexOf(hop) < CANARY_HOPS.indexOf(broken);
    world.run(45, before);
    expect(world.lost).toEqual([]);
    world.run(20, before);
    expect(world.lost).toEqual([`udp ${broken}`]);
    expect(world.trail.stillHop()).toBe(broken);
    expect(world.told.filter((words) => words.includes("missed"))).toHaveLength(1);
    world.run(1, all);
    expect(world.lost).toEqual([]);
    expect(world.told.at(-1)).toBe("udp back after 0");
  });

  it("is not whole before the first arrival, and without any input there is none", () => {
    const world = new World();
    expect(world.trail.stillHop()).toBe("input");
    world.run(5, (hop) => hop === "input");
    expect(world.trail.isWhole).toBe(false);
    expect(world.lost).toEqual([]);
    expect(world.trail.stillHop()).toBe("ingest");
  });

  it("takes no sleep of the machine and no step of its clock for silence", () => {
    const world = new World().run(30, all);
    world.clock.advance(3_600_000);
    expect(world.lost).toEqual([]);
    world.clock.step(-7_200_000);
    expect(world.run(90, all).lost).toEqual([]);
    expect(world.trail.isWhole).toBe(true);
  });

  it("counts a canary that comes late for nothing", () => {
    const world = new World().run(30, all);
    const canary = { input: "udp", sentMs: world.clock.nowMs() };
    world.run(70, () => false);
    world.trail.passed("scope", canary);
    expect(world.lost).toHaveLength(1);
  });

  it("wants every partition to be heard", () => {
    const world = new World();
    const pass = (partition: number) => {
      const canary = { input: "udp", sentMs: world.clock.nowMs() };
      world.trail.sent(canary);
      for (const hop of ["input", "ingest", "host"] as const) world.trail.passed(hop, canary);
      world.trail.passed("scope", canary, partition);
    };
    pass(0);
    pass(1);
    for (let second = 0; second < 70; second++) {
      world.clock.advance(1_000);
      world.trail.look();
      pass(0);
    }
    expect(world.lost).toEqual(["udp scope"]);
  });

  it("ignores canaries of inputs that are configured no more", () => {
    const world = new World().run(10, all);
    world.trail.passed("scope", { input: "gone", sentMs: world.clock.nowMs() });
    expect(world.trail.inputs).toBe(1);
  });
});
