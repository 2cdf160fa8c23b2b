import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { Span } from "../../../services/detect/scope/episodes.ts";
import type { IncidentRecord } from "../../../services/detect/scope/incident-record.ts";
import type { ScopeReader } from "../../../services/detect/scope/reader.ts";
import { ScopeStage } from "../../../services/detect/scope/scope-stage.ts";
import { Watch } from "../../../services/detect/scope/watch.ts";
import { FixedReader } from "../../support/fixed-reader.ts";
import { THREE_HOSTS } from "../../support/three-hosts.ts";

const SECONDS = 400;

function rule(withinSeconds: number, reopenWithinSeconds: number): Rule {
  return { ...THREE_HOSTS, withinSeconds, reopenWithinSeconds };
}

/** Which seconds are yes, and how many of them were asked for. */
class YesSeconds extends FixedReader {
  readonly yes = new Set<number>();
  secondsRead = 0;

  yesRuns(from: number, to: number): Span[] {
    this.secondsRead += to - from + 1;
    const runs: Span[] = [];
    for (const second of [...this.yes].toSorted((a, b) => a - b)) {
      if (second < from || second > to) continue;
      const last = runs.at(-1);
      if (last?.to === second - 1) last.to = second;
      else runs.push({ from: second, to: second });
    }
    return runs;
  }
}

/** Incidents over the same seconds, told of exactly what changed, or that anything may have. */
class Told {
  readonly watch: Watch;
  readonly #stage: ScopeStage;

  constructor(ofRule: Rule, reader: ScopeReader, retainSeconds: number) {
    this.watch = new Watch(ofRule, { name: "site", value: "fra1" }, reader);
    this.#stage = new ScopeStage({
      retainSeconds,
      largerThan: () => null,
      hostWatchesOf: () => [],
      sink: { publish: () => undefined, finalise: () => undefined },
    });
  }

  touch({ from, to }: Span): void {
    this.#stage.touch(this.watch, from, to, 0);
  }

  settle(second: number): void {
    this.#stage.settle(second * 1_000);
  }

  get incidents() {
    return this.watch.records.map(
      ({ id, metAt, lastSeenAt, state, mergedInto, closeReason }: IncidentRecord) =>
        ({ id, metAt, lastSeenAt, state, mergedInto, closeReason }) as const,
    );
  }
}

const change = fc.record({
  at: fc.nat(SECONDS - 1),
  length: fc.constantFrom(1, 2, 10, 40),
  isYes: fc.boolean(),
});
/** Some seconds change, and then log time goes on and somebody looks. */
const looks = fc.array(fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat(60)), { maxLength: 25 });

describe("Watch", () => {
  it("comes to the same where it looks at what changed as where it looks at everything", () => {
    fc.assert(
      fc.property(
        looks,
        fc.constantFrom(1, 5, 30),
        fc.constantFrom(0, 50),
        fc.constantFrom(100, 10_000),
        (given, withinSeconds, reopenWithinSeconds, retainSeconds) => {
          const reader = new YesSeconds();
          const ofRule = rule(withinSeconds, reopenWithinSeconds);
          const narrow = new Told(ofRule, reader, retainSeconds);
          const whole = new Told(ofRule, reader, retainSeconds);
          let logSecond = 0;
          for (const [changes, passed] of given) {
            for (const { at, length, isYes } of changes) {
              // Nothing changes any more that is settled, and it may be forgotten.
              const from = Math.max(at, logSecond - retainSeconds);
              const to = at + length - 1;
              if (to < from) continue;
              for (let second = from; second <= to; second++) {
                if (isYes) reader.yes.add(second);
                else reader.yes.delete(second);
              }
              narrow.touch({ from, to });
              whole.touch({ from: 0, to: SECONDS + 100 });
            }
            for (const second of reader.yes) {
              if (second < logSecond - retainSeconds) reader.yes.delete(second);
            }
            logSecond += passed;
            narrow.settle(logSecond);
            whole.settle(logSecond);
            expect(narrow.incidents).toEqual(whole.incidents);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("reads no more for a second of a long incident than of a short one", () => {
    const reader = new YesSeconds();
    const told = new Told(rule(30, 0), reader, 100_000);
    const costs: number[] = [];
    for (let second = 0; second < 1_000; second++) {
      for (let covered = second; covered < second + 30; covered++) reader.yes.add(covered);
      const before = reader.secondsRead;
      told.touch({ from: second, to: second + 30 });
      told.settle(second);
      costs.push(reader.secondsRead - before);
    }
    expect(told.incidents).toMatchObject([{ metAt: 0, lastSeenAt: 1_028 }]);
    expect(costs.at(-1)).toBe(costs[1]);
  });
});
