import { epochMsOf, SECOND_MS } from "../lib/domain/time.ts";
import type { Gauge } from "../lib/domain/gauge.ts";
import type { Rule } from "../lib/domain/rule.ts";
import { seededRandom, type Random } from "../lib/process/random.ts";
import type { TopicName } from "../lib/wire/topics.ts";
import { CATALOGUE } from "./attacks/catalogue.ts";
import { buildFleet, type Fleet } from "./fleet.ts";
import { drawAllowed, drawCalmOffered, drawOffered, otherGauge, resetGauge } from "./kernel.ts";
import { LineTable } from "./line-table.ts";
import { LineWriter } from "./log-line.ts";
import type { Fact } from "./oracle.ts";
import { draft } from "./scenarios.ts";
import { FLEET_RULE, HOST_RULE, SITE_RULE } from "./live/watched.ts";
import { shipmentsOf, type Shipment } from "./live/shipments.ts";

/** What a line is for the product: `limit` passes, `noise` is dropped, `malformed` is kept. */
export type LineKind = "limit" | "noise" | "malformed";

/** A few minutes of a small fleet, and the installation that watches it: all from one seed. */
export interface World {
  readonly seed: number;
  /** When everything starts, by the simulated clock; the first line is later. */
  readonly startMs: number;
  /** From here on nothing breaks any more and no line is under way. */
  readonly healMs: number;
  readonly fleet: Fleet;
  /** Names of the behaviours that are played. */
  readonly stories: readonly string[];
  /** In order of time; `lines` without their newline. */
  readonly shipments: readonly Shipment[];
  readonly kinds: ReadonlyMap<string, LineKind>;
  /** By line; an equal line is an equal fact. */
  readonly facts: ReadonlyMap<string, Fact>;
  readonly partitions: Readonly<Partial<Record<TopicName, number>>>;
  /** Processes of each service; the notifier is always one. */
  readonly processes: { readonly ingest: number; readonly detect: number };
  readonly rules: readonly Rule[];
  readonly pagesPerMinute: number;
  /** Simulated time between two looks at what fell due. */
  readonly paceMs: number;
  /** 0 breaks nothing; 1 is a bad day. */
  readonly severity: number;
}

/** Behaviours that end before this: a world is a few minutes, and many of them are wanted. */
const STORY_SECONDS_MAX = 62;
const HOSTS_PER_SITE = 12;
const LINES_MAX = 4_096;
/** After the last line: the longest delay of a batch, and some room for what was down. */
const SETTLE_SECONDS = 20;

const FIRST_MS = epochMsOf(2026, 11, 20, 23, 55, 0);

/** A pure function of its seed. */
export function planWorld(seed: number): World {
  const random = seededRandom(seed);
  // Some worlds cross midnight, some do not.
  const startMs = FIRST_MS + random.below(86_400) * SECOND_MS;
  const fleet = buildFleet(random, random.between(2, 3), HOSTS_PER_SITE);
  const table = new LineTable(LINES_MAX);
  const firstSecond = startMs / SECOND_MS + 3;
  const stories = playStories(random, fleet, table, firstSecond);
  addBursts(random, fleet, table, firstSecond);
  addNoise(random, fleet, table, firstSecond);
  const { texts, kinds, facts } = writeDown(random, fleet, table);
  const shipments = shipmentsOf(random, fleet, table, texts, startMs);
  return {
    seed,
    startMs,
    healMs: (shipments.at(-1)?.atMs ?? startMs) + SETTLE_SECONDS * SECOND_MS,
    fleet,
    stories,
    shipments,
    kinds,
    facts,
    ...drawInstallation(random),
  };
}

function drawInstallation(random: Random) {
  return {
    partitions: {
      lines: random.between(1, 3),
      observations: random.between(1, 3),
      tallies: random.between(1, 3),
      incidents: random.between(1, 2),
      deliveries: random.between(1, 2),
      history: 1,
    },
    processes: { ingest: random.between(1, 2), detect: random.between(1, 2) },
    rules: [SITE_RULE, FLEET_RULE, HOST_RULE],
    pagesPerMinute: random.chance(0.2) ? 1 : 1_000,
    paceMs: random.pick([1_500, 3_000, 5_000]),
    severity: random.chance(0.1) ? 0 : 0.2 + 0.8 * random.next(),
  };
}

function playStories(random: Random, fleet: Fleet, table: LineTable, first: number): string[] {
  const playable = CATALOGUE.filter(
    ({ sites, hosts, seconds }) =>
      sites <= fleet.sites.length && hosts <= HOSTS_PER_SITE && seconds <= STORY_SECONDS_MAX,
  );
  return Array.from({ length: random.between(1, 3) }, () => {
    const behaviour = random.pick(playable);
    const site = random.below(fleet.sites.length);
    const sites = Array.from(
      { length: behaviour.sites },
      (_, index) => (site + index) % fleet.sites.length,
    );
    const start = first + random.below(20);
    for (const line of draft({ fleet, random }, behaviour, sites, start)) {
      table.addLimit(line.second, line.host, line.gauge, line.offered, line.allowed);
    }
    return behaviour.name;
  });
}

/** Single hosts that limit for a while: what every day has. */
function addBursts(random: Random, fleet: Fleet, table: LineTable, first: number): void {
  for (let burst = random.between(2, 8); burst > 0; burst -= 1) {
    const number = random.below(fleet.hosts.length);
    const host = fleet.hosts[number]!;
    const from = first + random.below(60);
    const reset = random.chance(0.7);
    const gauge: Gauge = reset ? resetGauge(random, host.era) : otherGauge(random, host.era);
    for (let second = from; second < from + random.between(1, 8); second += 1) {
      const allowed = drawAllowed(random, host);
      const offered = random.chance(0.1)
        ? drawCalmOffered(random, allowed)
        : drawOffered(random, allowed);
      table.addLimit(second, number, gauge, offered, allowed);
    }
  }
}

function addNoise(random: Random, fleet: Fleet, table: LineTable, first: number): void {
  for (let line = random.between(5, 30); line > 0; line -= 1) {
    // Odd numbers are no near misses: what those are is for the parser's own tests.
    const detail = random.below(2 ** 31) * 2 + 1;
    table.addNoise(first + random.below(60), random.below(fleet.hosts.length), detail);
  }
}

const MALFORMED_SHARE = 0.01;

/** The lines as text, by their number in the table, and what each of them says. */
function writeDown(random: Random, fleet: Fleet, table: LineTable) {
  const writer = new LineWriter(fleet, table);
  const kinds = new Map<string, LineKind>();
  const facts = new Map<string, Fact>();
  const texts: string[] = [];
  for (let index = 0; index < table.length; index += 1) {
    const fact = factOf(fleet, table, index);
    let text = writer.line(index).trimEnd();
    let kind: LineKind = fact === null ? "noise" : "limit";
    if (fact !== null && random.chance(MALFORMED_SHARE)) {
      text = text.replace(` from ${fact.offered} to `, " from 99999999999999999999 to ");
      kind = "malformed";
    }
    if (fact !== null && kind === "limit") facts.set(text, fact);
    kinds.set(text, kind);
    texts.push(text);
  }
  return { texts, kinds, facts };
}

function factOf(fleet: Fleet, table: LineTable, index: number): Fact | null {
  const gauge = table.gaugeAt(index);
  if (gauge === null) return null;
  const { name, site } = fleet.hosts[table.hosts[index]!]!;
  return {
    scope: fleet.sites[site]!,
    host: name,
    second: table.seconds[index]!,
    gauge,
    offered: table.offered[index]!,
    allowed: table.allowed[index]!,
  };
}
