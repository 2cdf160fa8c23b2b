import { assert } from "../lib/domain/assert.ts";
import { seededRandom } from "../lib/process/random.ts";
import { DAY_SECONDS, Fleet, HOSTS_PER_SITE } from "./fleet.ts";
import { FleetLines } from "./fleet-lines.ts";
import { timed, type Timing } from "./pairs.ts";

/** Written at once, then scanned: they stay in the second-level cache like a file's buffer. */
const BLOCK_LINES = 2_560;
const TICK_SECONDS = 60;
/** The hosts of a site take turns: three of them for this long. */
const TURN_SECONDS = 60;

/**
 * Limit lines of one day, each of a site picked at random: no line finds anything in a cache that
 * the line before left there. At most six hosts of a site are hot within a minute, so that there
 * are no incidents to look after. Writing the lines is not timed.
 */
export async function foldRandomHosts(hosts: number, lines: number): Promise<Timing> {
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
