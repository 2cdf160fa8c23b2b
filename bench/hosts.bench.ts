/**
 * What a limit line costs at 1,000, 100,000 and 1,000,000 hosts: equally many lines, in the order
 * of a day's time, scanned and folded; writing them is not timed. At every size at most six hosts
 * of a site are hot within a minute, so that no size has incidents to look after.
 * `node bench/hosts.bench.ts [--lines N] [--rounds N]`
 */
import { assert } from "../lib/domain/assert.ts";
import { seededRandom } from "../lib/process/random.ts";
import { DAY_SECONDS, Fleet, HOSTS_PER_SITE } from "./fleet.ts";
import { FleetLines } from "./fleet-lines.ts";
import { inTurn, ratiosOf, spreadOf, timed, type Timing } from "./pairs.ts";
import { benchOptions } from "./simulated-log.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const SIZES = [1_000, 100_000, 1_000_000];
/** Written at once, then scanned: they stay in the second-level cache like a file's buffer. */
const BLOCK_LINES = 2_560;
const TICK_SECONDS = 60;
/** The hosts of a site take turns: three of them for this long. */
const TURN_SECONDS = 60;

const { lines, rounds } = benchOptions(5, 3_000_000);
const timings = await inTurn(
  SIZES.map((hosts) => ({ name: numberText(hosts), run: () => foldDay(hosts) })),
  rounds,
);
const rows = SIZES.map((hosts, size) => {
  const nanoseconds = timings[size]!.slice(1).map((one) => (one.cpuSeconds * 1e9) / lines);
  const times = ratiosOf(timings[0]!.slice(1), timings[size]!.slice(1));
  return [numberText(hosts), spreadText(spreadOf(nanoseconds), 0), spreadText(times)];
});
printTable(`${numberText(lines)} limit lines of one day, first sight of every host included`, [
  ["hosts", "ns of CPU a line", "times that at 1,000 hosts"],
  ...rows,
]);

async function foldDay(hosts: number): Promise<Timing> {
  const random = seededRandom(hosts);
  const fleet = new Fleet();
  const block = new FleetLines(BLOCK_LINES);
  const sites = hosts / HOSTS_PER_SITE;
  const total = { wallSeconds: 0, cpuSeconds: 0 };
  let nextTick = TICK_SECONDS;
  for (let line = 0; line < lines;) {
    block.clear();
    let second = 0;
    for (; !block.isFull && line < lines; line++) {
      second = Math.floor((line / lines) * DAY_SECONDS);
      const turn = Math.floor(second / TURN_SECONDS);
      block.add(random.below(sites), (turn * 3 + random.below(3)) % HOSTS_PER_SITE, second);
    }
    const spent = await timed(() => {
      fleet.fold(block);
      if (second >= nextTick) fleet.settle(second);
    });
    while (nextTick <= second) nextTick += TICK_SECONDS;
    total.wallSeconds += spent.wallSeconds;
    total.cpuSeconds += spent.cpuSeconds;
  }
  assert(fleet.facts === lines, "every line was folded");
  assert(fleet.incidents === 0, "no size has incidents");
  assert(fleet.directory.size > hosts * 0.9, "nearly every host has a line");
  return total;
}
