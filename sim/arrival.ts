import { seededRandom, shuffle, type Random } from "../lib/process/random.ts";
import { groupLines, lineNumbers } from "./grouping.ts";
import { firstSecond } from "./options.ts";
import { HELD_BACK_SECONDS, type Plan } from "./plan.ts";

export const LATE_SECONDS_MAX = 90;
const LATE_HOSTS_SHARE = 0.15;

/** What was held back comes in the order of its time, this many times as fast. */
const CATCH_UP_SPEED = 20;

/** No line comes later than this behind its own time: the first of those held back. */
const DELAY_SECONDS_MAX = HELD_BACK_SECONDS;

/** Line numbers of the plan's table in the order in which they stand in the log. */
export function arrivalOrder(plan: Plan): Uint32Array {
  const random = seededRandom(plan.options.seed + 1);
  const shuffled = lineNumbers(plan.table.length);
  // Chance decides between lines of one second, so that no kind always comes first.
  shuffle(random, shuffled);
  const { seconds } = plan.table;
  if (plan.options.order === "ordered") return sortedBy(seconds, shuffled, plan);
  return sortedBy(disorderedArrivals(plan, random), shuffled, plan);
}

/** The second in which each line arrives when some hosts are late and one site is held back. */
function disorderedArrivals(plan: Plan, random: Random): Uint32Array {
  const { table, fleet, heldBack } = plan;
  const lateness = Uint32Array.from(fleet.hosts, () =>
    random.chance(LATE_HOSTS_SHARE) ? random.between(1, LATE_SECONDS_MAX) : 0,
  );
  const arrivals = new Uint32Array(table.length);
  for (let line = 0; line < table.length; line += 1) {
    const second = table.seconds[line] ?? 0;
    const host = table.hosts[line] ?? 0;
    const late = lateness[host] ?? 0;
    const held =
      second >= heldBack.from &&
      second <= heldBack.to &&
      Math.floor(host / fleet.hostsPerSite) === heldBack.site;
    if (held) {
      arrivals[line] = heldBack.to + 1 + Math.floor((second - heldBack.from) / CATCH_UP_SPEED);
    } else {
      arrivals[line] = second + (late === 0 ? 0 : random.below(late + 1));
    }
  }
  for (const [from, to] of plan.repeats) {
    for (let line = from; line < to; line += 1) {
      const again = (table.seconds[line] ?? 0) + random.below(LATE_SECONDS_MAX + 1);
      arrivals[line] = Math.max(arrivals[line] ?? 0, again);
    }
  }
  return arrivals;
}

function sortedBy(seconds: Uint32Array, lines: Uint32Array, plan: Plan): Uint32Array {
  const first = firstSecond(plan.options);
  const span = plan.options.endSecond - first + 1 + DELAY_SECONDS_MAX;
  return groupLines(lines, span, (line) => (seconds[line] ?? 0) - first).lines;
}
