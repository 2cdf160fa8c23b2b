/**
 * Fills a host stage with hosts that are sampled, that write limit lines, or both, and says what it
 * holds in the end, as JSON. Started by counters.ts with `--expose-gc`, in a process of its own.
 */
import { FactBatch } from "../lib/domain/fact-batch.ts";
import { GAUGES } from "../lib/domain/gauge.ts";
import { FleetSamples, identityOf, START_SECOND, TEN_COUNTERS } from "./fleet-samples.ts";
import { SampledFleet } from "./sampled-fleet.ts";

export interface HostShape {
  readonly hosts: number;
  /** Samples of each host; the newest come every 10 s. */
  readonly rounds: number;
  /** Limit lines of each host, at times of its own: runs of one second. */
  readonly runs: number;
  /** Lines as they come, or from hours that are mixed at will: the worst that a log can do. */
  readonly order: "time" | "none";
}

export interface HostMemory {
  /** Heap and array buffers, more than before the first fact, after garbage collection. */
  readonly heldBytes: number;
  /** The whole process, more than before, and the most it ever was. */
  readonly rssBytes: number;
  readonly maxRssBytes: number;
}

const BLOCK_FACTS = 1_000;
/** Each host has its own second in each of these. */
const STRETCH_SECONDS = 20_000;
/** Has no divisor in common with the stretch, so that neighbours are far apart in time. */
const STRIDE_SECONDS = 7_919;

if (import.meta.main) console.log(JSON.stringify(fill(JSON.parse(process.argv[2]!) as HostShape)));

function fill(shape: HostShape): HostMemory {
  const before = held();
  const fleet = new SampledFleet();
  sample(fleet, shape);
  limit(fleet, shape);
  const after = held();
  return {
    heldBytes: after.held - before.held,
    rssBytes: after.rss - before.rss,
    // Read after the fleet was used for the last time, so that it is still there.
    maxRssBytes: fleet.stage.hosts > 0 ? process.resourceUsage().maxRSS * 1_024 : 0,
  };
}

function sample(fleet: SampledFleet, { hosts, rounds }: HostShape): void {
  const given = new FleetSamples(hosts, TEN_COUNTERS, false);
  for (let round = 0; round < rounds; round++) {
    for (let from = 0; from < hosts; from += BLOCK_FACTS) {
      const batch = given.block(round, from, Math.min(hosts, from + BLOCK_FACTS));
      fleet.fold(fleet.factsOf(batch));
    }
  }
}

/** Each host at seconds of its own, in its own part of the day. */
function limit(fleet: SampledFleet, { hosts, runs, order }: HostShape): void {
  const facts = new FactBatch(BLOCK_FACTS);
  const gauge = GAUGES.indexOf("tcp_reset");
  const turns = hostsInTurn(hosts, order);
  for (let run = 0; run < runs; run++) {
    for (const [turn, host] of turns.entries()) {
      const { realm, name } = identityOf(host);
      const at = facts.length++;
      const second = START_SECOND + run * STRETCH_SECONDS + offsetOf(host);
      facts.host[at] = fleet.directory.idOf(realm, name);
      facts.timeMs[at] = second * 1_000;
      facts.gauge[at] = gauge;
      facts.offered[at] = 422;
      facts.suppressed[at] = 230;
      if (facts.length < facts.capacity && turn < hosts - 1) continue;
      fleet.fold(facts);
      facts.clear();
    }
    fleet.tick(START_SECOND + (run + 1) * STRETCH_SECONDS);
  }
}

function offsetOf(host: number): number {
  return (host * STRIDE_SECONDS) % STRETCH_SECONDS;
}

function hostsInTurn(hosts: number, order: HostShape["order"]): Uint32Array {
  const turns = Uint32Array.from({ length: hosts }, (_, host) => host);
  return order === "none" ? turns : turns.sort((a, b) => offsetOf(a) - offsetOf(b));
}

function held(): { held: number; rss: number } {
  // Twice: what only a finaliser lets go of is freed the second time.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, rss };
}
