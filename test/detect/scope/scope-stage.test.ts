import { describe, expect, it } from "vitest";
import type { Span } from "../../../services/detect/scope/episodes.ts";
import { ScopeStage } from "../../../services/detect/scope/scope-stage.ts";
import { Watch } from "../../../services/detect/scope/watch.ts";
import { FixedReader } from "../../support/fixed-reader.ts";
import { THREE_HOSTS } from "../../support/three-hosts.ts";

/** Facts that can be taken back, as those of counters are: the runs are whatever a test says. */
class GivenRuns extends FixedReader {
  runs: readonly Span[] = [];

  yesRuns(from: number, to: number): Span[] {
    return this.runs
      .filter((run) => run.from <= to && run.to >= from)
      .map((run) => ({ from: Math.max(from, run.from), to: Math.min(to, run.to) }));
  }
}

class Bench {
  readonly told: string[] = [];
  readonly reader = new GivenRuns();
  readonly #watch = new Watch(THREE_HOSTS, { name: "site", value: "fra1" }, this.reader);
  readonly #stage = new ScopeStage({
    retainSeconds: 86_400,
    largerThan: () => null,
    hostWatchesOf: () => [],
    sink: {
      publish: (_watch, record) => {
        const { id, revision, state, metAt, lastSeenAt } = record;
        const into = record.mergedInto === null ? "" : ` into ${this.#nameOf(record.mergedInto)}`;
        const name = `${this.#nameOf(id)}/${revision}`;
        this.told.push(`${name} ${state} ${metAt}-${lastSeenAt}${into}`);
      },
      finalise: () => undefined,
    },
  });
  readonly #names: string[] = [];

  /** The runs that hold now, and what is told when log time stands at `second`. */
  given(second: number, ...runs: readonly (readonly [from: number, to: number])[]): string[] {
    this.reader.runs = runs.map(([from, to]) => ({ from, to }));
    this.#stage.touch(this.#watch, 0, 2_000, 0);
    this.#stage.settle(second * 1_000);
    return this.told.splice(0);
  }

  get ids(): readonly string[] {
    return this.#names;
  }

  #nameOf(id: string): string {
    if (!this.#names.includes(id)) this.#names.push(id);
    return "ABCDEF"[this.#names.indexOf(id)]!;
  }
}

describe("ScopeStage, where seconds cool", () => {
  it("shrinks an incident that lost its edges", () => {
    const bench = new Bench();
    expect(bench.given(150, [100, 149])).toEqual(["A/1 confirmed 100-149"]);
    expect(bench.given(210, [110, 130])).toEqual(["A/2 resolved 110-130"]);
  });

  it("lets the earliest part keep an incident that was split", () => {
    const bench = new Bench();
    bench.given(150, [100, 149]);
    expect(bench.given(150, [100, 110], [140, 149])).toEqual([
      "A/2 resolved 100-110",
      "B/1 confirmed 140-149",
    ]);
  });

  it("withdraws an incident that has nothing left, and goes on with it when it comes back", () => {
    const bench = new Bench();
    bench.given(150, [100, 149]);
    expect(bench.given(151)).toEqual(["A/2 withdrawn 100-149"]);
    expect(bench.given(152, [100, 149])).toEqual(["A/3 confirmed 100-149"]);
    expect(bench.ids).toHaveLength(1);
  });

  it("gives another name to an incident whose own a living one holds", () => {
    const bench = new Bench();
    bench.given(150, [140, 149]);
    // The first moves to an earlier second, then is split: the later part meets at 140 again.
    bench.given(150, [100, 149]);
    expect(bench.given(150, [100, 110], [140, 149])).toEqual([
      "A/2 resolved 100-110",
      "B/1 confirmed 140-149",
    ]);
    const [first, second] = bench.ids;
    expect(second).not.toBe(first);
    expect(second!.slice(0, 19)).toBe(first!.slice(0, 19));
  });

  it("joins into the one published first, and says so at once", () => {
    const bench = new Bench();
    bench.given(150, [140, 149]);
    bench.given(151, [100, 110], [140, 149]);
    expect(bench.given(152, [100, 149])).toEqual([
      "A/2 confirmed 100-149",
      "B/2 withdrawn 100-110 into A",
    ]);
  });
});
