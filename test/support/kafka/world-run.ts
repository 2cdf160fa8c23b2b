import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Incident } from "../../../lib/domain/incident.ts";
import { finalsOf, type KeptRevision } from "../../../sim/live/kept.ts";
import { verdictOf } from "../../../sim/live/verdict.ts";
import { DEFAULT_OPTIONS } from "../../../sim/options.ts";
import { PLANTED_RULE } from "../../../sim/planted-rule.ts";
import { simulate } from "../../../sim/simulate.ts";
import { until } from "../live/up-process.ts";
import { readIncidentLines } from "../live/verdicts.ts";
import { runTidegauge } from "../run-tidegauge.ts";
import { ServiceFleet } from "./service-fleet.ts";
import { WorldLog } from "./world-log.ts";

export interface WorldRunOptions {
  readonly brokers: readonly string[];
  /** Empty, and kept for whoever wants to look. */
  readonly folder: string;
  readonly seed: number;
  readonly lines: number;
  /** Of every topic that a fleet needs wide. */
  readonly partitions: number;
  /** How long the writing takes; 0 is as fast as can be. */
  readonly withinMs: number;
  /** What comes before the first line. */
  readonly prepare?: (log: WorldLog) => Promise<void>;
  /** What happens to the processes meanwhile. */
  readonly disturb?: (fleet: ServiceFleet, log: WorldLog) => Promise<void>;
  /** When the last line is in the log. */
  readonly written?: (log: WorldLog) => Promise<void>;
}

export interface WorldReport {
  readonly seconds: number;
  readonly incidents: number;
  readonly revisions: readonly KeptRevision[];
  /** Revisions that are in `incidents` more than once: after a crash, with the same bytes. */
  readonly repeated: number;
  /** Of those, told again with other bytes: never to happen. */
  readonly unlike: readonly string[];
  readonly found: readonly string[];
  readonly wanted: readonly string[];
  /** Processes that ended by themselves or not cleanly. */
  readonly exits: readonly (number | null)[];
  readonly said: string;
  readonly log: WorldLog;
  readonly config: string;
}

/** One of each scope, so that single hosts are told with larger incidents of any of them. */
export const RULES = [
  plantedRule(),
  { ...plantedRule(), name: "thirty-anywhere", hosts: 30, scope: "fleet" },
  { name: "one-host", type: "single_host", signal: "tcp_reset", within: "60s" },
] as const;

const CHUNK_BYTES = 32 * 1024;
/** The last incident ends long before the run, so that all of them are over at its end. */
const QUIET_SECONDS = 600;
const SETTLED_WITHIN_MS = 240_000;
const SERVICES = ["ingest", "ingest", "detect", "detect", "notify"] as const;

/** A world of twelve hours through processes that are killed, against a replay of its file. */
export async function runWorldOnKafka(options: WorldRunOptions): Promise<WorldReport> {
  const { brokers, folder, partitions } = options;
  const prefix = `${randomUUID()}.`;
  const log = await WorldLog.make(brokers, prefix, partitions);
  const fleet = await ServiceFleet.start({
    folder,
    brokers,
    prefix,
    rules: RULES,
    services: SERVICES,
  });
  try {
    const file = simulateWorld(options);
    await options.prepare?.(log);
    const startedMs = performance.now();
    const writing = writeLines(log, file, options);
    await options.disturb?.(fleet, log);
    await writing;
    await options.written?.(log);
    await fleet.ready();
    const wanted = await replayed(fleet.config, file);
    const found = await settledVerdicts(log, wanted);
    const seconds = (performance.now() - startedMs) / 1_000;
    const exits = await fleet.stop();
    const { said, config } = fleet;
    return { seconds, found, wanted, exits, said, config, log, ...(await countsOf(log)) };
  } catch (error) {
    writeFileSync(join(folder, "said.txt"), fleet.said);
    await fleet.kill();
    await log.close();
    throw error;
  }
}

function simulateWorld({ folder, lines, seed }: WorldRunOptions): string {
  const own = join(folder, "world");
  mkdirSync(own);
  const endSecond = Math.floor(Date.now() / 1_000) - QUIET_SECONDS;
  const world = { ...DEFAULT_OPTIONS, lines, hours: 12, seed, endSecond };
  return simulate(own, { ...world, order: "disordered" }).logs[0]!;
}

/** Chunk after chunk, each into the next partition, at an even pace. */
async function writeLines(
  log: WorldLog,
  file: string,
  { partitions, withinMs, lines }: WorldRunOptions,
): Promise<void> {
  const startedMs = performance.now();
  const chunks = Math.ceil((lines * 100) / CHUNK_BYTES);
  await log.appendFile(file, CHUNK_BYTES, async (chunk) => {
    const dueMs = startedMs + (chunk * withinMs) / chunks;
    if (dueMs > performance.now()) await pause(dueMs - performance.now());
    return chunk % partitions;
  });
}

async function replayed(config: string, file: string): Promise<string[]> {
  const { stdout, stderr, code } = await runTidegauge(["replay", "--config", config, file]);
  if (code !== 0) throw new Error(`replay ended with ${code}:\n${stderr}`);
  // Its time stops with the last line, where not everything has ended.
  const ended = (incident: Incident): Incident => ({ ...incident, state: "resolved" });
  return readIncidentLines(stdout)
    .map((incident) => verdictOf(ended(incident)))
    .toSorted();
}

/** The verdicts of `incidents` as soon as they are those wanted; else as they are in the end. */
export async function settledVerdicts(
  log: WorldLog,
  wanted: readonly string[],
  withinMs = SETTLED_WITHIN_MS,
): Promise<string[]> {
  let found: string[] = [];
  const isEqual = async (): Promise<boolean> => {
    const finals = finalsOf(await log.revisions());
    found = finals
      .filter(({ state }) => state !== "withdrawn")
      .map(verdictOf)
      .toSorted();
    return JSON.stringify(found) === JSON.stringify(wanted);
  };
  await until("equal verdicts", isEqual, withinMs).catch(() => undefined);
  return found;
}

async function countsOf(log: WorldLog) {
  const told = new Map<string, Buffer>();
  const unlike: string[] = [];
  const revisions = await log.revisions();
  for (const { incident, bytes } of revisions) {
    const name = `${incident.id} revision ${incident.revision}`;
    const before = told.get(name);
    if (before !== undefined && !before.equals(bytes)) unlike.push(name);
    told.set(name, bytes);
  }
  const incidents = finalsOf(revisions).filter(({ state }) => state !== "withdrawn").length;
  return { incidents, revisions, repeated: revisions.length - told.size, unlike };
}

function plantedRule() {
  const { withinSeconds, ...rule } = PLANTED_RULE;
  return { ...rule, within: `${withinSeconds}s` };
}
