/**
 * Fills a fleet of 1,000,000 hosts with hot runs and says what it holds in the end, as JSON; or
 * replays a simulated log and says the most it ever held. Started by memory.bench.ts with
 * `--expose-gc`, in a process of its own.
 */
import { seededRandom } from "../lib/process/random.ts";
import { DAY_SECONDS, Fleet, HOSTS_PER_SITE } from "./fleet.ts";
import { FleetLines } from "./fleet-lines.ts";

export interface FleetShape {
  readonly hosts: number;
  readonly runs: number;
  readonly runSeconds: number;
  /** Whether the hosts of a site are hot in the same minutes, or each at times of its own. */
  readonly together: boolean;
}

export interface FleetMemory {
  readonly facts: number;
  readonly incidents: number;
  /** Heap and array buffers, more than before the first line, after garbage collection. */
  readonly heldBytes: number;
  /** The whole process, more than before the first line, and the most it ever was. */
  readonly grownRssBytes: number;
  readonly maxRssBytes: number;
}

const BLOCK_LINES = 2_560;
const TICK_SECONDS = 60;

if (import.meta.main) {
  const shape = JSON.parse(process.argv[2]!) as FleetShape;
  console.log(JSON.stringify(fill(shape)));
}

function fill(shape: FleetShape): FleetMemory {
  const starts = runStarts(shape);
  const block = new FleetLines(BLOCK_LINES);
  const before = held();
  const fleet = new Fleet();
  let nextTick = TICK_SECONDS;
  for (let second = 0; second < DAY_SECONDS; second++) {
    for (const host of starts.hotAt(second)) {
      if (block.isFull) flush(fleet, block);
      block.add(Math.floor(host / HOSTS_PER_SITE), host % HOSTS_PER_SITE, second);
    }
    if (second < nextTick) continue;
    flush(fleet, block);
    fleet.settle(second);
    nextTick = second + TICK_SECONDS;
  }
  flush(fleet, block);
  fleet.settle(DAY_SECONDS);
  const after = held();
  fleet.finish();
  return {
    facts: fleet.facts,
    incidents: fleet.incidents,
    heldBytes: after.held - before.held,
    grownRssBytes: after.rss - before.rss,
    maxRssBytes: process.resourceUsage().maxRSS * 1_024,
  };
}

function flush(fleet: Fleet, block: FleetLines): void {
  fleet.fold(block);
  block.clear();
}

function held(): { held: number; rss: number } {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, rss };
}

/** Which hosts are hot in a second, worked out again for each, so that no plan takes memory. */
function runStarts({ hosts, runs, runSeconds, together }: FleetShape) {
  const random = seededRandom(7);
  const span = Math.floor((DAY_SECONDS - runSeconds) / runs);
  const key = together ? Math.ceil(hosts / HOSTS_PER_SITE) : hosts;
  // Run r of everyone lies in the r-th part of the day: at one offset per site, or per host.
  const offsets = Uint16Array.from({ length: key }, () => random.below(span - runSeconds));
  const order = Uint32Array.from({ length: key }, (_, n) => n).sort(
    (a, b) => offsets[a]! - offsets[b]!,
  );
  const each = together ? HOSTS_PER_SITE : 1;
  function* hotAt(second: number): Generator<number> {
    const offset = second % span;
    if (second >= span * runs) return;
    const first = lowerBound(order, offsets, offset - runSeconds + 1);
    for (let i = first; i < order.length && offsets[order[i]!]! <= offset; i++) {
      for (let host = 0; host < each; host++) yield order[i]! * each + host;
    }
  }
  return { hotAt };
}

function lowerBound(order: Uint32Array, offsets: Uint16Array, offset: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[order[middle]!]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
