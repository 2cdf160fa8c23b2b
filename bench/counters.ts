/**
 * What a counter sample costs in the host stage at 1,000 and 1,000,000 hosts, each sampled every
 * 10 s and one in a hundred in a flood; the same from a record of `observations` on; and what a
 * sampled host takes of memory.
 * `node bench/counters.ts [fold|log|memory] [--samples N] [--hosts N]`
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { assert } from "../lib/domain/assert.ts";
import { Codec } from "../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../lib/wire/message.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { LIMITS } from "../services/detect/limits.ts";
import { isFault } from "../services/ship/core/host-counters.ts";
import { readNamedRows } from "../services/ship/core/named-rows.ts";
import type { HostMemory, HostShape } from "./counters-child.ts";
import { FleetSamples, LEARNING_ROUNDS, SAMPLE_SECONDS, TEN_COUNTERS } from "./fleet-samples.ts";
import { spreadOf } from "./pairs.ts";
import { SampledFleet } from "./sampled-fleet.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const SIZES = [1_000, 1_000_000];
/** One of them begins a block of the baseline. */
const ROUNDS_MIN = 14;
const ROUNDS_OF_BLOCK = 60;
const BLOCK_SAMPLES = 1_000;
/** Ship sends all that its kernel counts: a record holds fewer of those. */
const SHIP_BLOCK_SAMPLES = 100;

const { values, positionals } = parseArgs({
  options: { samples: { type: "string" }, hosts: { type: "string" } },
  allowPositionals: true,
});
const samples = Number(values.samples ?? 1_000_000);
const sizes = values.hosts === undefined ? SIZES : [Number(values.hosts)];
const parts = positionals.length === 0 ? ["fold", "log", "memory"] : positionals;
if (parts.includes("fold")) tellFold();
if (parts.includes("log")) tellLog();
if (parts.includes("memory")) tellMemory();

function tellFold(): void {
  const head = ["hosts", "samples", "ns a sample", "ns where a block closes", "samples/s of CPU"];
  const rows = sizes.map((hosts) => {
    const { plain, closing, count } = foldRounds(hosts);
    const all = [...plain, ...closing];
    const [usual, rare] = [spreadOf(plain), spreadOf(closing.length === 0 ? [NaN] : closing)];
    const mean = (usual.median * (ROUNDS_OF_BLOCK - 1) + rare.median) / ROUNDS_OF_BLOCK;
    assert(all.length >= ROUNDS_MIN, "one round begins a block");
    return [
      numberText(hosts),
      numberText(count),
      spreadText(usual, 0),
      spreadText(rare, 0),
      numberText(1e9 / mean),
    ];
  });
  printTable("Samples of ten counters, folded and told in tallies", [head, ...rows]);
}

/** Nanoseconds of CPU a sample of every round; making the samples is not timed. */
function foldRounds(hosts: number) {
  const fleet = new SampledFleet();
  const given = new FleetSamples(hosts, TEN_COUNTERS);
  const plain: number[] = [];
  const closing: number[] = [];
  const rounds = LEARNING_ROUNDS + Math.max(ROUNDS_MIN, Math.ceil(samples / hosts));
  // A record holds no more than comes in a second.
  const blockSamples = Math.min(BLOCK_SAMPLES, hosts / SAMPLE_SECONDS);
  let block = 0;
  for (let round = 0; round < rounds; round++) {
    let nanoseconds = 0;
    let second = 0;
    for (let from = 0; from < hosts; from += blockSamples) {
      const batch = given.block(round, from, Math.min(hosts, from + blockSamples));
      const facts = fleet.factsOf(batch);
      const at = Math.floor(batch.timeMs[0]! / 1_000);
      nanoseconds += spent(() => {
        fleet.fold(facts);
        if (at > second) fleet.tick(at);
      });
      second = at;
    }
    const now = Math.floor(second / LIMITS.blockSeconds);
    if (round >= LEARNING_ROUNDS) (now > block ? closing : plain).push(nanoseconds / hosts);
    block = now;
  }
  const { counters, hosts: seen } = fleet.stage;
  assert(seen === hosts && counters.late + counters.refused === 0, "every sample was folded");
  assert(fleet.told > 0, "somebody was hot");
  return { plain, closing, count: (rounds - LEARNING_ROUNDS) * hosts };
}

/** Nanoseconds of CPU, of all threads. */
function spent(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}

/** From the bytes of a record on: decoded, folded, told. */
function tellLog(): void {
  const head = ["counters a sample", "bytes a sample", "ns of CPU a sample", "samples/s of CPU"];
  const shapes: readonly (readonly [readonly string[], number])[] = [
    [TEN_COUNTERS, BLOCK_SAMPLES],
    [shipCounters(), SHIP_BLOCK_SAMPLES],
  ];
  const rows = shapes.map(([names, blockSamples]) => {
    const { nanoseconds, bytes } = logRounds(names, blockSamples);
    const spread = spreadOf(nanoseconds);
    return [
      numberText(names.length),
      numberText(bytes),
      spreadText(spread, 0),
      numberText(1e9 / spread.median),
    ];
  });
  printTable("Samples of 1,000 hosts from the log", [head, ...rows]);
}

function logRounds(names: readonly string[], blockSamples: number) {
  const hosts = 1_000;
  const codec = new Codec(loadSchemas());
  const fleet = new SampledFleet();
  const given = new FleetSamples(hosts, names);
  const nanoseconds: number[] = [];
  let bytes = 0;
  const rounds =
    LEARNING_ROUNDS + Math.ceil((samples * TEN_COUNTERS.length) / names.length / hosts);
  for (let round = 0; round < rounds; round++) {
    const records: Uint8Array[] = [];
    for (let from = 0; from < hosts; from += blockSamples) {
      const batch = given.block(round, from, Math.min(hosts, from + blockSamples));
      records.push(encodeMessage(codec, "observation-batch", batch));
    }
    bytes = records.reduce((sum, { length }) => sum + length, 0);
    const nanosecondsOfRound = spent(() => {
      for (const record of records) {
        const message = decodeMessage(codec, record, ["observation-batch"]);
        assert(message.ok, "what was encoded can be read");
        fleet.fold(fleet.factsOf(message.value));
        fleet.tick(Math.floor(message.value.timeMs[0]! / 1_000));
      }
    });
    if (round >= LEARNING_ROUNDS) nanoseconds.push(nanosecondsOfRound / hosts);
  }
  return { nanoseconds, bytes: bytes / hosts };
}

function shipCounters(): readonly string[] {
  const folder = join(import.meta.dirname, "../test/vectors/counters");
  return ["linux-6.18-snmp", "linux-6.18-netstat"].flatMap((file) => {
    const numbers = readNamedRows(readFileSync(join(folder, file), "utf8"));
    assert(!isFault(numbers), "a file of a running kernel is whole");
    return numbers.counters.map(({ name }) => name);
  });
}

function tellMemory(): void {
  const shapes: readonly Omit<HostShape, "hosts">[] = [
    { rounds: 0, runs: 4, order: "time" },
    { rounds: 24, runs: 0, order: "time" },
    { rounds: 24, runs: 4, order: "time" },
    { rounds: 24, runs: 4, order: "none" },
  ];
  const hosts = sizes.at(-1)!;
  const rows = shapes.map((shape) => {
    const child = join(import.meta.dirname, "counters-child.ts");
    const args = ["--expose-gc", child, JSON.stringify({ hosts, ...shape })];
    const memory = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
    const { heldBytes, rssBytes, maxRssBytes } = memory as HostMemory;
    return [
      numberText(shape.rounds),
      numberText(shape.runs),
      shape.runs === 0 ? "" : shape.order,
      numberText(heldBytes / hosts),
      numberText(rssBytes / hosts),
      numberText(maxRssBytes / 1e6),
    ];
  });
  const head = ["samples", "limit lines", "ordered by", "bytes a host", "RSS a host", "process MB"];
  printTable(`${numberText(hosts)} hosts, ten counters, nobody in a flood`, [head, ...rows]);
}
