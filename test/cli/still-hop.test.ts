import { describe, expect, it } from "vitest";
import { createStillHop } from "../../cli/still-hop.ts";
import { CANARY_HOPS } from "../../lib/domain/canary.ts";
import { CanaryTrail } from "../../lib/process/canary-trail.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { Progress } from "../../lib/process/progress.ts";
import type { LaneStatus } from "../../services/notify/lane.ts";

function world() {
  const clock = new ManualClock(1_000_000);
  const trail = new CanaryTrail(clock);
  const progress = new Progress();
  let lanes: LaneStatus[] = [
    { sink: "pager", state: "up", pending: 0, turns: 1, oldestPublishedAtMs: null },
    { sink: "siem", state: "up", pending: 0, turns: 1, oldestPublishedAtMs: null },
  ];
  const stillHop = createStillHop({
    trail,
    health: () => progress.look(clock.nowMs()),
    lanes: () => lanes,
  });
  const change = (sink: string, over: Partial<LaneStatus>) => {
    lanes = lanes.map((lane) => (lane.sink === sink ? { ...lane, ...over } : lane));
  };
  /** A minute in which all is well, but for what `more` does. */
  const minute = (more: () => void = () => undefined) => {
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      progress.look(clock.nowMs());
      trail.look();
      const canary = { input: "udp", sentMs: clock.nowMs() };
      trail.sent(canary);
      for (const hop of CANARY_HOPS) trail.passed(hop, canary);
    }
    lanes = lanes.map((lane) => ({ ...lane, turns: lane.turns + 12 }));
    more();
    return stillHop();
  };
  return { minute, change, progress, stillHop };
}

describe("the hop that does not move", () => {
  it("is none while canaries come through and every lane comes round", () => {
    const { minute } = world();
    expect([minute(), minute(), minute()]).toEqual([null, null, null]);
  });

  it("is notify when one lane of two stands still", () => {
    const { minute, change } = world();
    minute(() => change("pager", { turns: 7 }));
    expect(minute(() => change("pager", { turns: 7 }))).toBe("notify");
  });

  it("is notify while something waits for a sink out of reach, not while nothing does", () => {
    const { minute, change } = world();
    expect(minute(() => change("pager", { state: "down" }))).toBeNull();
    expect(minute(() => change("pager", { pending: 2 }))).toBe("notify");
    expect(minute(() => change("pager", { state: "up", pending: 0 }))).toBeNull();
  });

  it.each([
    ["ingest tidegauge.lines/0", "ingest"],
    ["controls tidegauge.controls/0", "scope"],
    ["host log", "host"],
    ["history tidegauge.incidents/0", "notify"],
  ] as const)("is that of a stuck source: %s", (name, hop) => {
    const { minute, progress } = world();
    progress.source(name).known(5);
    expect(minute()).toBe(hop);
  });

  it("is the input where this process cannot follow lines the whole way", () => {
    const stillHop = createStillHop({ trail: null, health: () => null, lanes: () => [] });
    expect(stillHop()).toBe("input");
  });
});
