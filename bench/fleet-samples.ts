import type { HostReadings } from "../lib/domain/host-readings.ts";
import type { HostIdentity, ObservationBatch } from "../lib/domain/observation.ts";
import { KINDS, TIME_SOURCES, TRUSTS } from "../lib/domain/observation.ts";
import { HOSTS_PER_SITE } from "./fleet.ts";

/** Counters that the host stage reads, and two that it passes by: ten, like a small sampler. */
export const TEN_COUNTERS = [
  "Tcp.OutRsts",
  "Tcp.AttemptFails",
  "Tcp.EstabResets",
  "Tcp.InSegs",
  "Tcp.PassiveOpens",
  "Tcp.RetransSegs",
  "TcpExt.SyncookiesSent",
  "TcpExt.TCPReqQFullDrop",
  "TcpExt.ListenDrops",
  "Udp.NoPorts",
];

/** Per second of a quiet host, about; what is not named grows like a host with little to do. */
const QUIET_RATES: Readonly<Record<string, number>> = {
  "Tcp.OutRsts": 3,
  "Tcp.AttemptFails": 0.5,
  "Tcp.EstabResets": 0.4,
  "Tcp.InSegs": 400,
  "Tcp.PassiveOpens": 20,
  "TcpExt.SyncookiesSent": 0,
  "TcpExt.TCPReqQFullDrop": 0,
  "TcpExt.ListenDrops": 0,
  "Udp.NoPorts": 0.2,
};
const FLOODED = new Set(["Tcp.OutRsts", "Tcp.InSegs"]);
const FLOOD_RATE = 1_000;

/** Starts a block of the baseline, and a day. */
export const START_SECOND = 1_795_132_800;
export const SAMPLE_SECONDS = 10;
/** So that baselines are learnt in few rounds: nearly three blocks, of which one is in use. */
const LEARNING_SECONDS = 120;
export const LEARNING_ROUNDS = 14;
/** A site is flooded for one minute in a hundred, each at a time of its own. */
const FLOOD_ROUNDS = 6;
const FLOOD_PERIOD_ROUNDS = 600;

/** A number without a factor in common with the hosts: neighbours in time are none in memory. */
const STRIDE = 7_368_787;

type Varying = "labels" | "uptimeSeconds" | "value";
type Same = Omit<ObservationBatch, "hosts" | "timeMs" | "readings"> & {
  readonly readings: Omit<HostReadings, Varying>;
};

/** What a fleet's samplers send, in the order of time, as it comes off the log. */
export class FleetSamples {
  readonly #hosts: number;
  readonly #names: readonly string[];
  readonly #rates: readonly number[];
  readonly #isFlooded: readonly boolean[];
  readonly #hasFloods: boolean;
  #same: Same | null = null;

  constructor(hosts: number, names: readonly string[], hasFloods = true) {
    this.#hasFloods = hasFloods;
    this.#hosts = hosts;
    this.#names = names;
    this.#rates = names.map((name) => QUIET_RATES[name] ?? 5);
    this.#isFlooded = names.map((name) => FLOODED.has(name));
  }

  /** Samples [from, to) of a round in which every host is sampled once. */
  block(round: number, from: number, to: number): ObservationBatch {
    const rows = to - from;
    const count = this.#names.length;
    const same = this.#sameOf(rows);
    const hosts = Array.from({ length: rows }, (_, row) => ((from + row) * STRIDE) % this.#hosts);
    const seconds = hosts.map((_, row) => this.#secondOf(round, from + row));
    const value = Array.from({ length: rows * count }, () => 0);
    hosts.forEach((host, row) => this.#count(value, row * count, host, round, seconds[row]!));
    return {
      ...same,
      hosts: hosts.map(identityOf),
      timeMs: hosts.map((host, row) => seconds[row]! * 1_000 + ((host * 31 + round * 17) % 1_000)),
      readings: {
        ...same.readings,
        labels: ["linux", "counters", ...hosts.map(bootOf)],
        uptimeSeconds: seconds.map((second) => 1e6 + second - START_SECOND + 0.25),
        value,
      },
    };
  }

  /** What all blocks of so many rows have in common. */
  #sameOf(rows: number): Same {
    if (this.#same?.host.length === rows) return this.#same;
    const each = (valueOf: (row: number) => number) =>
      Array.from({ length: rows }, (_, row) => valueOf(row));
    const count = this.#names.length;
    this.#same = {
      host: each((row) => row),
      kind: each(() => KINDS.indexOf("sample")),
      gauge: each(() => -1),
      offered: each(() => 0),
      allowed: each(() => 0),
      suppressed: each(() => 0),
      count: each(() => 0),
      timeSource: each(() => TIME_SOURCES.indexOf("line")),
      trust: each(() => TRUSTS.indexOf("connected")),
      arrivalLateMs: each(() => 40),
      origins: ["samples/0@0"],
      origin: each(() => 0),
      line: each((row) => row + 1),
      texts: [],
      textOf: [],
      ticks: [],
      canaries: [],
      readings: {
        names: this.#names.map((name) => ({ kind: 0, name })),
        row: each((row) => row),
        boot: each((row) => row + 2),
        os: each(() => 0),
        sampler: each(() => 1),
        end: each((row) => (row + 1) * count),
        name: Array.from({ length: rows * count }, (_, at) => at % count),
      },
    };
    return this.#same;
  }

  #secondOf(round: number, place: number): number {
    const learning = Math.min(round, LEARNING_ROUNDS) * LEARNING_SECONDS;
    const measured = Math.max(0, round - LEARNING_ROUNDS) * SAMPLE_SECONDS;
    const within = Math.floor((place / this.#hosts) * SAMPLE_SECONDS);
    return START_SECOND + learning + measured + within;
  }

  /** What a host has counted by then, from `at` on. */
  #count(value: number[], at: number, host: number, round: number, second: number): void {
    const seconds = second - START_SECOND;
    const busyness = 0.5 + (host % 101) / 101;
    const rounds = this.#hasFloods ? floodedRounds(host, round) : 0;
    const flood = FLOOD_RATE * SAMPLE_SECONDS * rounds;
    for (let name = 0; name < this.#rates.length; name++) {
      const rate = this.#rates[name]!;
      if (rate === 0) continue;
      const before = (host * 2_654_435 + name * 7_919) % 1_000_000_000;
      value[at + name] = before + Math.floor(rate * busyness * seconds);
      if (this.#isFlooded[name]!) value[at + name]! += flood;
    }
  }
}

export function identityOf(host: number): HostIdentity {
  const site = Math.floor(host / HOSTS_PER_SITE);
  return { realm: "", name: `s${six(site)}-${six(host % HOSTS_PER_SITE)}` };
}

/** Rounds of flood that a host has seen by then. */
function floodedRounds(host: number, round: number): number {
  const phase = (Math.floor(host / HOSTS_PER_SITE) * 37) % FLOOD_PERIOD_ROUNDS;
  const at = Math.max(0, round - LEARNING_ROUNDS) + phase;
  const whole = (rounds: number) =>
    Math.floor(rounds / FLOOD_PERIOD_ROUNDS) * FLOOD_ROUNDS +
    Math.min(FLOOD_ROUNDS, rounds % FLOOD_PERIOD_ROUNDS);
  return whole(at) - whole(phase);
}

function bootOf(host: number): string {
  return `8c1f0a52-77d3-4a10-8000-${six(0)}${six(host)}`;
}

function six(value: number): string {
  return String(value).padStart(6, "0");
}
