import { describe, expect, it } from "vitest";
import type { Incident } from "../../../lib/domain/incident.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import { formatTime } from "../../../lib/domain/time.ts";
import { DetectBench, type TestFact } from "../../support/detect.ts";
import { BASE_SECOND, THREE_HOSTS } from "../../support/three-hosts.ts";

const GRACE_SECONDS = 10;

const timeOf = (second: number) => formatTime((BASE_SECOND + second) * 1_000);
const secondOf = (time: string) => Date.parse(time) / 1_000 - BASE_SECOND;

class Story {
  readonly bench: DetectBench;
  #told = 0;

  constructor(rule: Partial<Rule> = {}, retainSeconds = 86_400) {
    this.bench = new DetectBench([{ ...THREE_HOSTS, ...rule }], 1, retainSeconds);
  }

  /** The first `hosts` hosts of the site are hot in each second [from, to]. */
  hot(from: number, to: number, hosts = 3, firstHost = 1): this {
    const facts: TestFact[] = [];
    for (let second = from; second <= to; second++) {
      for (let host = firstHost; host < firstHost + hosts; host++) {
        facts.push({ host: `fra1-web-${host}`, second: BASE_SECOND + second });
      }
    }
    this.bench.fold(facts);
    return this;
  }

  /** Log time moves on; what was told since the last call. */
  at(second: number): Incident[] {
    this.bench.settle(BASE_SECOND + second);
    const told = this.bench.revisions.slice(this.#told);
    this.#told = this.bench.revisions.length;
    return told;
  }
}

describe("the life of an incident", () => {
  it("is confirmed at once, fades when no host counts any more, and resolves when none can", () => {
    const story = new Story().hot(0, 0);
    expect(story.at(0)).toMatchObject([{ revision: 1, state: "confirmed", detectedAt: timeOf(0) }]);
    // The last host counts up to second 9; that is final once the grace has passed.
    expect(story.at(9 + GRACE_SECONDS)).toEqual([]);
    expect(story.at(10 + GRACE_SECONDS)).toMatchObject([
      { revision: 2, state: "fading", lastSeenAt: timeOf(9), resolvedAt: null, closeReason: null },
    ]);
    expect(story.at(19 + GRACE_SECONDS)).toEqual([]);
    expect(story.at(20 + GRACE_SECONDS)).toMatchObject([
      {
        revision: 3,
        state: "resolved",
        closeReason: "quiet_assumed",
        confirmedAt: timeOf(0),
        resolvedAt: timeOf(20 + GRACE_SECONDS),
        revisedAt: timeOf(20 + GRACE_SECONDS),
      },
    ]);
    expect(story.at(86_400)).toEqual([]);
  });

  it("fades and is confirmed again when the hosts come back in time: one episode", () => {
    const story = new Story().hot(0, 0);
    story.at(0);
    expect(story.at(21)).toMatchObject([{ state: "fading" }]);
    story.hot(19, 22);
    expect(story.at(22)).toMatchObject([{ revision: 3, state: "confirmed", metAt: timeOf(0) }]);
  });

  it("is told once, as resolved, when it is already over when found", () => {
    const story = new Story().hot(0, 5);
    expect(story.at(500)).toMatchObject([
      { revision: 1, state: "resolved", detectedAt: timeOf(500) },
    ]);
    expect(story.at(900)).toEqual([]);
  });

  it("is two incidents when as many no-seconds as the window lie between", () => {
    const story = new Story().hot(0, 0).hot(20, 20);
    const told = story.at(1_000);
    expect(told.map(({ metAt, lastSeenAt }) => [secondOf(metAt), secondOf(lastSeenAt)])).toEqual([
      [0, 9],
      [20, 29],
    ]);
  });

  it("waits for reopen_within before it ends, where that is longer than the window", () => {
    const story = new Story({ reopenWithinSeconds: 300 }).hot(0, 0);
    story.at(0);
    expect(story.at(200)).toMatchObject([{ state: "fading" }]);
    story.hot(309, 309);
    expect(story.at(309)).toMatchObject([{ state: "confirmed", metAt: timeOf(0) }]);
    expect(story.at(309 + 9 + 300 + GRACE_SECONDS)).toMatchObject([{ state: "fading" }]);
    expect(story.at(309 + 9 + 301 + GRACE_SECONDS)).toMatchObject([{ state: "resolved" }]);
  });
});

describe("revisions", () => {
  it("come at once when the hosts grew by a quarter, else a minute after the last one", () => {
    const story = new Story().hot(0, 0, 8);
    expect(story.at(0)).toMatchObject([{ hosts: { count: 8 } }]);
    story.hot(1, 1, 1, 9);
    expect(story.at(1)).toEqual([]);
    story.hot(2, 2, 1, 10);
    // A quarter more than the eight that were told last.
    expect(story.at(2)).toMatchObject([{ hosts: { count: 10 }, changes: ["hosts"] }]);
    story.hot(3, 61, 3);
    expect(story.at(61)).toEqual([]);
    expect(story.at(62)).toMatchObject([{ changes: ["cadence"], revisedAt: timeOf(62) }]);
    story.hot(62, 70, 3);
    expect(story.at(70)).toEqual([]);
    expect(story.at(122)).toHaveLength(1);
  });

  it("do not come when nothing about the incident changed", () => {
    const story = new Story().hot(0, 0);
    story.at(0);
    expect(story.at(25)).toMatchObject([{ state: "fading" }]);
    expect(story.at(40)).toMatchObject([{ state: "resolved" }]);
    // One host goes on alone, close behind the incident: no part of it.
    story.hot(12, 18, 1);
    expect(story.at(200)).toEqual([]);
  });

  it("of an ended incident come with late facts, just as seldom, and it stays ended", () => {
    const story = new Story().hot(0, 5);
    expect(story.at(500)).toMatchObject([{ state: "resolved", coverage: { late: 0 } }]);
    story.hot(3, 3, 1, 4);
    expect(story.at(510)).toMatchObject([
      { revision: 2, state: "resolved", hosts: { count: 4 }, coverage: { late: 1 } },
    ]);
    story.hot(4, 4, 1, 4);
    expect(story.at(569)).toEqual([]);
    expect(story.at(570)).toMatchObject([
      { revision: 3, state: "resolved", hosts: { count: 4 }, coverage: { late: 2 } },
    ]);
    expect(story.at(2_000)).toEqual([]);
  });

  it("of an ended incident confirm it again only where the condition holds at log time", () => {
    const story = new Story().hot(0, 5);
    expect(story.at(60)).toMatchObject([{ state: "resolved" }]);
    story.hot(16, 48);
    // Joined to it, but over two seconds ago.
    expect(story.at(60)).toEqual([]);
    expect(story.at(120)).toMatchObject([
      { state: "resolved", lastSeenAt: timeOf(57), resolvedAt: timeOf(60) },
    ]);
    story.hot(49, 121);
    expect(story.at(121)).toMatchObject([
      { revision: 3, state: "confirmed", resolvedAt: null, closeReason: null },
    ]);
  });
});

describe("joins", () => {
  it("keep the incident published first, also where it began later, and tell both at once", () => {
    const story = new Story().hot(100, 100);
    const [later] = story.at(100);
    story.hot(70, 70);
    const [earlier] = story.at(101);
    story.hot(81, 95);
    const told = story.at(102);
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(
      expect.objectContaining({
        id: earlier!.id,
        state: "withdrawn",
        closeReason: "merged",
        mergedInto: later!.id,
      }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({
        id: later!.id,
        state: "confirmed",
        metAt: timeOf(70),
        lastSeenAt: timeOf(109),
        mergedInto: null,
      }),
    );
  });

  it("move the end of one that had ended before the other began, with its late facts", () => {
    const story = new Story().hot(0, 2);
    expect(story.at(40)).toMatchObject([{ state: "resolved", resolvedAt: timeOf(40) }]);
    story.at(100);
    story.hot(50, 52);
    expect(story.at(101)).toMatchObject([{ state: "resolved", coverage: { late: 9 } }]);
    story.hot(13, 45);
    expect(story.at(102)).toContainEqual(
      expect.objectContaining({
        state: "resolved",
        metAt: timeOf(0),
        lastSeenAt: timeOf(61),
        resolvedAt: timeOf(102),
        coverage: expect.objectContaining({ late: 108 }) as unknown,
      }),
    );
  });

  it("leave one incident in the end, whatever the order in which the parts came", () => {
    const story = new Story().hot(0, 2).hot(40, 42);
    story.at(300);
    story.hot(12, 39);
    story.at(301);
    expect(story.bench.finish()).toMatchObject([{ metAt: timeOf(0), lastSeenAt: timeOf(51) }]);
  });
});

describe("what retain covers", () => {
  it("keeps the beginning of an incident that lasts longer", () => {
    const story = new Story({}, 3_600);
    for (let second = 0; second < 20_000; second += 8) {
      story.hot(second, second);
      story.at(second);
    }
    const ids = new Set(story.bench.revisions.map(({ id }) => id));
    expect([...ids]).toHaveLength(1);
    expect(story.bench.revisions.at(-1)).toMatchObject({
      state: "confirmed",
      metAt: timeOf(0),
      startedAt: timeOf(0),
      hosts: { count: 3 },
    });
  });

  it("keeps what an ended incident is measured by until nothing can change it any more", () => {
    const story = new Story({}, 7_200).hot(0, 0);
    story.at(0);
    for (let second = 100; second < 30_000; second += 100) {
      // An hour of flood, then a quiet fleet: one host alone carries log time on.
      if (second <= 3_600) story.hot(second - 99, second);
      else story.hot(second, second, 1, 9);
      story.at(second);
    }
    const [incident] = story.bench.finals;
    expect(incident).toMatchObject({ metAt: timeOf(0), hosts: { count: 3 } });
    expect(incident!.measure.suppressed).toBe(3_601 * 3 * 230);
    expect(incident!.hosts.list.map(({ firstSeenAt }) => secondOf(firstSeenAt))).toEqual([0, 0, 0]);
  });

  it("counts facts beyond it, which change nothing", () => {
    const story = new Story({}, 3_600).hot(0, 0, 2);
    story.at(10_000);
    story.hot(1, 1, 3);
    expect(story.at(10_001)).toEqual([]);
    expect(story.bench.detector.beyondRetain).toBe(3);
    story.hot(10_001 - 3_600, 10_001 - 3_600, 3);
    expect(story.at(10_002)).toMatchObject([{ state: "resolved" }]);
  });
});
