import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settingsOf } from "../../cli/settings.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { detectorOf } from "../../offline/detector-of.ts";
import { replayFiles } from "../../offline/replay-files.ts";
import { DEFAULT_OPTIONS, type SimulationOptions } from "../../sim/options.ts";
import { simulate } from "../../sim/simulate.ts";
import { freshDirectory } from "../sim/simulation.ts";

/** A log small enough to be replayed often, with attacks and decoys in it. */
const OPTIONS: SimulationOptions = {
  ...DEFAULT_OPTIONS,
  lines: 6_000,
  sites: 3,
  hostsPerSite: 14,
  hours: 3,
};

/** Rules that fold into each other, so that what is found hangs together. */
const CONFIG = `
rules:
  - { name: ten, type: host_count, signal: tcp_reset, hosts: 10, within: 60s, scope: site }
  - { name: three, type: host_count, signal: limit, hosts: 3, within: 10s, scope: fleet }
  - { name: alone, type: single_host }
`;

interface Replay {
  readonly files: readonly string[];
  readonly partitions?: number;
  readonly tickSeconds?: number;
  readonly revisions?: boolean;
}

/** The incidents of files, as `replay` finds them, without a process around it. */
async function replayed(directory: string, options: Replay): Promise<Incident[]> {
  const settings = settingsOf({
    path: join(directory, "rules.yaml"),
    env: {},
    workingDirectory: directory,
  });
  const { files, partitions = 1, tickSeconds = 60, revisions = false } = options;
  const incidents: Incident[] = [];
  await replayFiles({
    files,
    format: "auto",
    realm: "",
    originHost: null,
    zone: utcZone,
    referenceMs: OPTIONS.endSecond * 1_000,
    nowMs: 0,
    identityRules: settings.identityRules,
    tickSeconds,
    detectorsOf: (hosts) => [
      detectorOf({
        ...settings,
        directory: hosts,
        partitions,
        retainSeconds: settings.config.time.retainSeconds,
        revisions,
        take: (incident) => incidents.push(incident),
      }),
    ],
    onReject: () => undefined,
    watch: (inputs) => inputs.map(({ lines }) => lines),
  });
  return incidents;
}

/** The verdict of detector.md section 6: what does not depend on the run. */
function verdicts(incidents: readonly Incident[]): string[] {
  return incidents
    .map(({ rule, kind, scope, startedAt, metAt, lastSeenAt, hosts, measure, state }) =>
      JSON.stringify({ rule, kind, scope, startedAt, metAt, lastSeenAt, hosts, measure, state }),
    )
    .toSorted();
}

/** All but when it was first known and what was told on the way: that depends on the looks. */
function inTheEnd(incident: Incident): string {
  const {
    detectedAt: _,
    confirmedAt: _known,
    revision: _count,
    changes: _told,
    ...rest
  } = incident;
  // The last word on one that is still open may be the first.
  return JSON.stringify(rest.state === "resolved" ? rest : { ...rest, revisedAt: null });
}

interface Logged {
  readonly directory: string;
  readonly log: string;
  readonly lines: readonly string[];
}

function logged(options: SimulationOptions): Logged {
  const directory = freshDirectory();
  const { logs } = simulate(directory, options);
  const config = readFileSync(join(directory, "tidegauge.yaml"), "latin1");
  expect(config).toContain("rules:");
  writeFileSync(join(directory, "rules.yaml"), CONFIG);
  const lines = readFileSync(logs[0]!, "latin1").split("\n").slice(0, -1);
  return { directory, log: logs[0]!, lines };
}

function written(directory: string, name: string, lines: readonly string[]): string {
  const file = join(directory, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""), "latin1");
  return file;
}

function byHost(directory: string, lines: readonly string[]): string[] {
  const hosts = new Map<string, string[]>();
  for (const line of lines) {
    const host = line.slice(16, line.indexOf(" ", 16));
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, [line]);
    else known.push(line);
  }
  return [...hosts].map(([host, own]) => written(directory, `${host}.log`, own));
}

/** The same lines in an order that a number decides. */
function shuffled(lines: readonly string[], seed: number): string[] {
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const mixed = [...lines];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });

describe("replay", () => {
  it("finds the same at any width, by file per host, shuffled, settled at any time", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom("ordered", "disordered"), async (seed, order) => {
        const { directory, log, lines } = logged({ ...OPTIONS, seed, order });
        const expected = verdicts(await replayed(directory, { files: [log] }));
        expect(expected.length).toBeGreaterThan(0);
        const mixed = written(directory, "shuffled.log", shuffled(lines, seed));
        const ways: readonly Replay[] = [
          { files: [log], partitions: 3 },
          { files: [log], partitions: 16 },
          { files: [log], tickSeconds: 1 },
          { files: byHost(directory, lines), partitions: 3 },
          { files: [mixed] },
          { files: [mixed], partitions: 16, tickSeconds: 7 },
        ];
        for (const way of ways) expect(verdicts(await replayed(directory, way))).toEqual(expected);
      }),
      { numRuns: 6, interruptAfterTimeLimit: 60_000 },
    );
  }, 90_000);

  it("gives the same bytes twice, every revision too", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { directory, log } = logged({ ...OPTIONS, seed, order: "disordered" });
        for (const revisions of [false, true]) {
          const way: Replay = { files: [log], revisions, tickSeconds: 1 };
          const first = JSON.stringify(await replayed(directory, way));
          expect(JSON.stringify(await replayed(directory, way))).toBe(first);
        }
      }),
      { numRuns: 3 },
    );
  }, 60_000);

  it("says in the end what the last revisions of an ordered log say", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { directory, log } = logged({ ...OPTIONS, seed, order: "ordered" });
        const revisions = await replayed(directory, {
          files: [log],
          revisions: true,
          tickSeconds: 1,
        });
        const last = new Map(revisions.map((incident) => [incident.id, incident]));
        const told = [...last.values()].filter(({ state }) => state !== "withdrawn");
        const finals = await replayed(directory, { files: [log] });
        expect(finals.length).toBeGreaterThan(0);
        expect(finals.filter(({ coverage }) => coverage.late > 0)).toEqual([]);
        expect(finals.map(inTheEnd).toSorted()).toEqual(told.map(inTheEnd).toSorted());
      }),
      { numRuns: 4, interruptAfterTimeLimit: 60_000 },
    );
  }, 90_000);

  it("numbers revisions from 1, and tells in each what the last did not", async () => {
    const { directory, log } = logged({ ...OPTIONS, order: "disordered" });
    const revisions = await replayed(directory, { files: [log], revisions: true, tickSeconds: 1 });
    const last = new Map<string, Incident>();
    for (const incident of revisions) {
      const before = last.get(incident.id);
      expect(incident.revision).toBe((before?.revision ?? 0) + 1);
      if (before !== undefined) {
        const waitedMs = Date.parse(incident.revisedAt) - Date.parse(before.revisedAt);
        const isDue =
          incident.state !== before.state ||
          incident.hosts.count >= before.hosts.count * 1.25 ||
          incident.changes.some((change) => change.startsWith("joined")) ||
          waitedMs >= 60_000;
        expect(isDue || incident === revisions.findLast(({ id }) => id === incident.id)).toBe(true);
      }
      last.set(incident.id, incident);
    }
    const finals = await replayed(directory, { files: [log] });
    const told = [...last.values()].filter(({ state }) => state !== "withdrawn");
    expect(verdicts(told)).toEqual(verdicts(finals));
  }, 60_000);
});
