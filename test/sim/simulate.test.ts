import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { epochMsOf, SECOND_MS } from "../../lib/domain/time.ts";
import { episodes, type Fact } from "../../sim/oracle.ts";
import { planSimulation } from "../../sim/plan.ts";
import { CATALOGUE } from "../../sim/attacks/catalogue.ts";
import { PLANTED_RULE } from "../../sim/planted-rule.ts";
import { simulate } from "../../sim/simulate.ts";
import { factsOf } from "../../sim/truth.ts";
import { secondOfText } from "../../sim/utc-time.ts";
import { freshDirectory, simulated, SMALL, sortedLines } from "./simulation.ts";

const ENVELOPE = /Nov (19|20) (\d\d):(\d\d):(\d\d) (([^-]+)-\S+) kernel: /.source;
const LIMIT_LINE = new RegExp(
  `^${ENVELOPE}Limiting (.+) response from (\\d+) to (\\d+) packets(?:/sec| per second)$`,
);

const GAUGE_BY_TEXT = {
  "tcp reset": "tcp_reset",
  "closed port RST": "closed_port_rst",
  "open port RST": "open_port_rst",
} as const;

/** What a reader that shares nothing with the simulator finds in a log. */
function readFacts(text: string): Fact[] {
  return text.split("\n").flatMap((line) => {
    const match = LIMIT_LINE.exec(line);
    if (match === null) return [];
    const [, day, hour, minute, second, host = "", scope = "", name = "", offered, allowed] = match;
    const time = [day, hour, minute, second].map(Number) as [number, number, number, number];
    return {
      scope,
      host,
      second: epochMsOf(2026, 11, ...time) / SECOND_MS,
      gauge: GAUGE_BY_TEXT[name as keyof typeof GAUGE_BY_TEXT] ?? "icmp_unreach",
      offered: Number(offered),
      allowed: Number(allowed),
    };
  });
}

describe("simulate", () => {
  const ordered = once(() => simulated(SMALL));
  const disordered = once(() => simulated({ ...SMALL, order: "disordered" }));

  it("writes equal bytes for equal options, and others for another seed", () => {
    const again = simulated(SMALL);
    expect(again.text === ordered().text).toBe(true);
    expect(again.truthText).toBe(ordered().truthText);
    expect(simulated({ ...SMALL, seed: 2 }).text === ordered().text).toBe(false);
  });

  it("writes exactly the lines and the share of limit lines it was asked for", () => {
    for (const relevant of [0, 0.1234, 0.3, 1]) {
      const { text, truth } = simulated({ ...SMALL, lines: 20_011, relevant });
      const lines = text.split("\n");
      expect(lines.pop()).toBe("");
      expect(lines).toHaveLength(20_011);
      expect(lines.filter((line) => LIMIT_LINE.test(line))).toHaveLength(truth.relevantLines);
      expect(truth.relevantLines).toBe(Math.round(20_011 * relevant));
    }
  });

  it("writes an ordered log in order, inside its hours", () => {
    const seconds = readFacts(ordered().text).map((fact) => fact.second);
    expect(seconds.every((second, index) => second >= (seconds[index - 1] ?? 0))).toBe(true);
    expect(seconds[0]).toBeGreaterThan(SMALL.endSecond - 24 * 3_600);
    expect(seconds.at(-1)).toBeLessThanOrEqual(SMALL.endSecond);
  });

  it("writes a truth that a second reading of the log's text agrees with", () => {
    const found = episodes(readFacts(ordered().text), PLANTED_RULE);
    found.sort((a, b) => a.metAt - b.metAt);
    const { truth } = ordered();
    expect(truth.episodes.length).toBeGreaterThan(30);
    expect(
      truth.episodes.map((episode) => ({
        scope: episode.scope.value,
        startedAt: secondOfText(episode.startedAt),
        metAt: secondOfText(episode.metAt),
        lastSeenAt: secondOfText(episode.lastSeenAt),
        hosts: episode.hosts.list,
        ...episode.measure,
      })),
    ).toEqual(found);
  });

  it("plants every behaviour, with as many episodes as its label says", () => {
    const { planted, episodes: found } = ordered().truth;
    const names = new Set(planted.map(({ id }) => id.slice(0, id.lastIndexOf("-"))));
    for (const { name } of CATALOGUE) expect(names).toContain(name);
    expect(names).toContain("held_back_flood");
    expect(planted.filter(({ id }) => id.startsWith("log_edge"))).toHaveLength(3);
    for (const { id, label, episodes: count } of planted) {
      expect(found.filter((episode) => episode.planted === id)).toHaveLength(count);
      expect(count > 0).toBe(label === "attack");
    }
  });

  it("disorders the same lines under the same truth", () => {
    expect(disordered().truth).toEqual(ordered().truth);
    expect(disordered().text === ordered().text).toBe(false);
    expect(sortedLines(disordered().text)).toEqual(sortedLines(ordered().text));
  });

  it("disorders by late hosts up to 90 s and one site held back for 20 minutes", () => {
    const { site, from, to } = disordered().truth.heldBack;
    let newest = 0;
    let latest = 0;
    let heldBack = 0;
    for (const fact of readFacts(disordered().text)) {
      newest = Math.max(newest, fact.second);
      const behind = newest - fact.second;
      const held =
        fact.scope === site && fact.second >= secondOfText(from) && fact.second <= secondOfText(to);
      if (held) heldBack = Math.max(heldBack, behind);
      else latest = Math.max(latest, behind);
    }
    expect(latest).toBeGreaterThan(60);
    expect(latest).toBeLessThanOrEqual(90);
    // The flood stands 300 s into the 1,200, and comes when they are over.
    expect(heldBack).toBeGreaterThan(800);
    const flood = disordered().truth.planted.find(({ id }) => id.startsWith("held_back_flood"));
    expect(flood?.sites).toEqual([site]);
    expect(secondOfText(flood?.to ?? "")).toBeLessThan(secondOfText(to));
  });

  it("cuts the same log into one file per host", () => {
    const cut = simulated({ ...SMALL, perHost: true });
    expect(cut.logs.length).toBe(180);
    expect(sortedLines(cut.text)).toEqual(sortedLines(ordered().text));
    const first = readFileSync(cut.logs[0]!, "latin1").split("\n").slice(0, -1);
    const host = basename(cut.logs[0]!, ".log");
    expect(first.every((line) => line.split(" ")[3] === host)).toBe(true);
  });

  it("dates the log at its end, from where readers take the year", () => {
    const { mtimeMs } = statSync(simulated({ ...SMALL, lines: 100 }).logs[0]!);
    expect(mtimeMs).toBe(SMALL.endSecond * SECOND_MS);
  });

  it("never lets the background alone make an episode, however crowded", () => {
    for (const options of [
      { ...SMALL, lines: 60_000, relevant: 1, sites: 1, hours: 1 },
      { ...SMALL, lines: 3_000, sites: 1, hours: 1 },
      { ...SMALL, lines: 40_000, hostsPerSite: 9 },
      { ...SMALL, lines: 1, relevant: 1, sites: 1, hostsPerSite: 1, hours: 1 },
    ]) {
      const plan = planSimulation(options);
      const expected = plan.planted.reduce((sum, { behaviour }) => sum + behaviour.episodes, 0);
      expect(episodes(factsOf(plan), PLANTED_RULE)).toHaveLength(expected);
    }
  });

  it("replaces an earlier simulation and refuses a directory with anything else", () => {
    const directory = freshDirectory();
    const options = { ...SMALL, lines: 500 };
    simulate(directory, { ...options, perHost: true });
    const { logs } = simulate(directory, options);
    expect(logs).toEqual([join(directory, "lines.log")]);
    expect(() => statSync(join(directory, "hosts"))).toThrow("ENOENT");
    const other = freshDirectory();
    writeFileSync(join(other, "lines.log"), "mine\n");
    expect(() => simulate(other, options)).toThrow("holds other files");
    expect(readFileSync(join(other, "lines.log"), "utf8")).toBe("mine\n");
  });
});

/** Several tests look at one log; it is written when the first of them asks. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
