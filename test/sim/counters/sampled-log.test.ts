import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planCounters } from "../../../sim/counters/counter-plan.ts";
import { FLOODS } from "../../../sim/counters/floods.ts";
import { scoreFloods } from "../../../sim/counters/flood-score.ts";
import { floodTruthOf } from "../../../sim/counters/flood-truth.ts";
import { simulateCounters } from "../../../sim/counters/simulate-counters.ts";
import { DEFAULT_OPTIONS, type SimulationOptions } from "../../../sim/options.ts";
import { settingsOf } from "../../../cli/settings.ts";
import { replayedFiles } from "../../support/replayed-files.ts";
import { freshDirectory } from "../simulation.ts";

const SMALL: SimulationOptions = {
  ...DEFAULT_OPTIONS,
  gauges: "both",
  sites: 1,
  hostsPerSite: 30,
  hours: 4,
};

interface Sample {
  readonly type: "sample" | "line";
  readonly host: string;
  readonly time: string;
  readonly os: string;
  readonly boot: string;
  readonly uptimeSeconds: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly text: string;
}

function written(options: SimulationOptions) {
  const { truth, log, configurationFile } = simulateCounters(freshDirectory(), options);
  const text = readFileSync(log, "latin1");
  const lines = text.trimEnd().split("\n");
  return { truth, log, configurationFile, text, said: lines.map((l) => JSON.parse(l) as Sample) };
}

describe("a log of samples", () => {
  const both = once(() => written(SMALL));

  it("is the same for equal options, and another for another seed", () => {
    const short = { ...SMALL, hours: 2 };
    expect(written(short).text === written(short).text).toBe(true);
    expect(written({ ...short, seed: 2 }).text === written(short).text).toBe(false);
  });

  it("counts up within a boot, and from nothing after one", () => {
    const boots = new Map<string, Sample>();
    const hostsThatBooted = new Set<string>();
    for (const sample of both().said.filter(({ type }) => type === "sample")) {
      const before = boots.get(sample.host);
      if (before !== undefined && before.boot === sample.boot) {
        if (sample.uptimeSeconds <= before.uptimeSeconds) expect.fail(`${sample.host} went back`);
        for (const [name, value] of Object.entries(sample.counters)) {
          if (value < before.counters[name]!) expect.fail(`${sample.host} ${name} went down`);
        }
      } else if (before !== undefined) {
        hostsThatBooted.add(sample.host);
        expect(sample.uptimeSeconds).toBeLessThanOrEqual(10);
      }
      boots.set(sample.host, sample);
    }
    expect(boots.size).toBe(both().truth.sampledHosts);
    expect(boots.size).toBeLessThan(30);
    expect(hostsThatBooted.size).toBeGreaterThan(5);
  });

  it("has lines of FreeBSD's hosts alone, and of Linux alone none", () => {
    const { said, truth } = both();
    const linux = new Set(said.filter(({ os }) => os === "linux").map(({ host }) => host));
    const lines = said.filter(({ type }) => type === "line");
    expect(lines).toHaveLength(truth.limitLines);
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.filter(({ host }) => linux.has(host))).toEqual([]);
    const counters = written({ ...SMALL, gauges: "counters", hours: 2 });
    expect(counters.truth.limitLines).toBe(0);
    expect(new Set(counters.said.map(({ os }) => os))).toEqual(new Set(["linux"]));
  });

  it("plants every behaviour, and a truth of what was done", () => {
    const options = { ...SMALL, hours: 6 };
    const nothing = { samples: 0, limitLines: 0 };
    const { planted, episodes } = floodTruthOf(planCounters(options), nothing);
    const names = new Set(planted.map(({ id }) => id.slice(0, id.lastIndexOf("-"))));
    expect(names).toEqual(new Set(FLOODS.map(({ name }) => name)));
    for (const { hosts, unseen, pps } of episodes) {
      expect(hosts.count).toBeGreaterThanOrEqual(5);
      expect(hosts.list.filter((host) => unseen.includes(host))).toEqual([]);
      expect(pps).toBeGreaterThan(1_000);
    }
  });

  it.each([
    ["both", 4],
    ["counters", 2],
  ] as const)("is read by replay, which finds each flood: %s", async (gauges, hours) => {
    const { log, configurationFile, truth, said } = written({ ...SMALL, gauges, hours });
    const rejected: string[] = [];
    const { inputs, incidents } = await replayedFiles(
      settingsOf({ path: configurationFile, env: {}, workingDirectory: "." }),
      {
        files: [log],
        onReject: (file, line, reason) => rejected.push(`${file}:${line} ${reason}`),
      },
    );
    expect(rejected).toEqual([]);
    expect(inputs).toHaveLength(1);
    expect(said.length).toBe(truth.samples + truth.limitLines);
    const result = scoreFloods(truth, incidents);
    expect(result).toMatchObject({ exact: true, missed: 0, doubled: 0, invented: 0 });
    expect(result.episodes.flatMap(({ missingHosts }) => missingHosts)).toEqual([]);
    expect(result.metAfterSeconds!.median).toBeLessThanOrEqual(30);
    const signals = new Set(
      incidents.flatMap(({ measure }) => measure.signals.map(({ signal }) => signal)),
    );
    expect(signals).toContain("resets_sent");
    expect(signals.has("tcp_reset")).toBe(gauges === "both");
  });
});

/** Several tests look at one log; it is written when the first of them asks. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
