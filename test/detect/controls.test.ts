import { describe, expect, it } from "vitest";
import type { Control } from "../../lib/domain/control.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { BASE, ControlledWorld, controlOf } from "./controlled-world.ts";

describe("a verdict", () => {
  const verdict = (incident: Incident, over: Partial<Control> = {}): Control =>
    controlOf({ type: "verdict", verdict: "benign", incidentId: incident.id, ...over });

  it("closes an incident that still goes on, at once and for as long as it goes on", () => {
    const world = new ControlledWorld().flood(0).until(5);
    world.control(verdict(world.last, { author: "alice", reason: "load test" }));
    expect(world.last).toMatchObject({ state: "resolved", closeReason: "verdict" });
    expect(world.last.resolvedAt).toBe(world.last.revisedAt);
    expect(world.last.changes).toContain("judged benign");
    expect(world.last.summary).toContain("alice judged it benign (load test).");
    for (let second = 6; second < 200; second++) world.flood(second).until(second);
    const { states } = world;
    expect(states.slice(states.indexOf("resolved"))).toSatisfy((rest: string[]) =>
      rest.every((state) => state === "resolved"),
    );
    expect(world.last.lastSeenAt > world.last.resolvedAt!).toBe(true);
  });

  it("gives way when the condition has stopped and holds at log time again", () => {
    const world = new ControlledWorld().flood(0).until(5);
    world.control(verdict(world.last));
    world.until(45).flood(46).until(47);
    expect(world.last).toMatchObject({ state: "confirmed", closeReason: null });
    expect(world.ids).toHaveLength(1);
    expect(world.last.summary).not.toContain("judged");
  });

  it("is not undone by late facts", () => {
    const world = new ControlledWorld().flood(0).until(5);
    world.control(verdict(world.last));
    world.until(100).flood(20).until(101).until(200);
    expect(world.last).toMatchObject({ state: "resolved", closeReason: "verdict" });
    expect(world.last.lastSeenAt).toBe("2026-11-20T08:40:49.000Z");
  });

  it("holds once, also when it is told again after the incident has come back", () => {
    const world = new ControlledWorld().flood(0).until(5);
    const control = verdict(world.last);
    world.control(control, 7);
    world.until(45).flood(46).until(47);
    world.control(control, 7).until(48);
    expect(world.last.state).toBe("confirmed");
  });

  it("is taken back by an end in the past", () => {
    const world = new ControlledWorld().flood(0).until(5);
    const control = verdict(world.last);
    world.control(control).until(6);
    world.control({ ...control, untilMs: control.writtenAtMs }).until(7);
    expect(world.last).toMatchObject({ state: "confirmed", closeReason: null });
    expect(world.last.changes).toContain("verdict taken back");
  });

  it("of another incident, or of none, changes nothing", () => {
    const world = new ControlledWorld().flood(0).until(5);
    world.control(controlOf({ type: "verdict", verdict: "false", incidentId: "tg-other" }));
    world.control(controlOf({ id: "x", type: "verdict", verdict: "false" })).until(6);
    expect(world.last.state).toBe("confirmed");
  });
});

describe("a deploy mark", () => {
  const deploy = (atSecond: number, over: Partial<Control> = {}): Control =>
    controlOf({ type: "deploy", fromMs: (BASE + atSecond) * 1_000, ...over });
  const faultOf = (incident: Incident) =>
    incident.hypotheses.find(({ kind }) => kind === "service_fault")!;

  it("near the start is named, and is evidence for a fault of our own", () => {
    const world = new ControlledWorld().control(deploy(-20, { reason: "payments 4.2" }));
    world.flood(0).until(5);
    const words = "a deploy was marked at 08:39:40 UTC, 20 s before the start";
    expect(world.last.summary).toContain(`Deploys: ${words} (payments 4.2).`);
    expect(faultOf(world.last).for).toEqual([words]);
  });

  it("that comes after the incident brings a revision", () => {
    const world = new ControlledWorld().flood(0).until(5);
    expect(world.last.summary).toContain("Deploys: not connected.");
    expect(faultOf(world.last).for).toEqual([]);
    world.control(deploy(30)).until(20);
    expect(world.revisions).toHaveLength(1);
    for (let second = 20; second < 80; second += 10) world.flood(second).until(second);
    expect(world.last.changes).toContain("deploy announced");
    expect(world.last.summary).toContain("30 s after the start.");
  });

  it("far from the start, or of other hosts, says that there is a feed and no more", () => {
    const world = new ControlledWorld();
    world
      .control(deploy(-3_600))
      .control(deploy(-20, { id: "other", scope: { name: "site", value: "ams2" } }));
    world.flood(0).until(5);
    expect(world.last.summary).toContain("Deploys: none was marked in the 15 min before.");
    expect(faultOf(world.last).for).toEqual([]);
  });

  it("of a scope that hosts of the incident are in is about the incident", () => {
    const world = new ControlledWorld("fleet");
    world
      .control(deploy(-20, { scope: { name: "site", value: "fra1" } }))
      .flood(0)
      .until(5);
    expect(world.last.scope.name).toBe("fleet");
    expect(faultOf(world.last).for).toHaveLength(1);
  });

  it("that was taken back is gone", () => {
    const world = new ControlledWorld().control(deploy(-20)).forget("c1").flood(0).until(5);
    expect(faultOf(world.last).for).toEqual([]);
  });
});

describe("maintenance", () => {
  const window = (over: Partial<Control> = {}): Control =>
    controlOf({
      type: "maintenance",
      fromMs: (BASE - 600) * 1_000,
      untilMs: (BASE + 600) * 1_000,
      scope: { name: "site", value: "fra1" },
      reason: "rack move",
      ...over,
    });

  it("is said in the summary and lowers nothing", () => {
    const plain = new ControlledWorld().flood(0).until(5);
    const world = new ControlledWorld().control(window()).flood(0).until(5);
    expect(world.last.summary).toContain(
      "It overlaps with planned maintenance of site fra1 " +
        "from 08:30:00 to 08:50:00 UTC on 2026-11-20 (rack move).",
    );
    const { severity, state, confidence, kind } = plain.last;
    expect(world.last).toMatchObject({ severity, state, confidence, kind });
  });

  it("by matchers is about what they fit, and never about what cannot be told", () => {
    const site = (value: string) => window({ scope: null, matchers: [matcher("site", value)] });
    const hidden = window({ id: "x", scope: null, matchers: [matcher("title", "anything")] });
    const world = new ControlledWorld().control(site("ams2")).control(hidden).flood(0).until(5);
    expect(world.last.summary).not.toContain("maintenance");
    expect(new ControlledWorld().control(site("fra1")).flood(0).until(5).last.summary).toContain(
      "planned maintenance",
    );
  });

  it("cannot break out of its sentence", () => {
    const reason = `two\nlines \u001b[31m ${"x".repeat(200)}`;
    const world = new ControlledWorld().control(window({ reason })).flood(0).until(5);
    expect(world.last.summary).toContain("(two lines \\u001b[31m xxx");
    expect(world.last.summary.length).toBeLessThan(800);
  });
});

describe("a snapshot", () => {
  it("goes on as if there had been none, whenever it is taken", () => {
    const story: readonly ((world: ControlledWorld) => void)[] = [
      (world) => world.control(controlOf({ type: "deploy", fromMs: (BASE - 20) * 1_000 }), 3),
      (world) => world.flood(0).until(5),
      (world) =>
        world.control(
          controlOf({ id: "v", type: "verdict", verdict: "test", incidentId: world.ids[0]! }),
          4,
        ),
      (world) => world.flood(15).until(20),
      (world) => world.until(70).flood(71).until(72),
      (world) => world.until(300),
    ];
    const whole = new ControlledWorld();
    for (const step of story) step(whole);
    expect(whole.states).toContain("resolved");
    for (let cut = 1; cut < story.length; cut++) {
      const world = new ControlledWorld();
      story.forEach((step, i) => {
        if (i === cut) world.restart();
        step(world);
      });
      expect(world.revisions).toEqual(whole.revisions);
    }
  });
});

function matcher(field: string, ...values: string[]) {
  return { field, values };
}
