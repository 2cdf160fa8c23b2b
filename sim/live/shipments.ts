import { SECOND_MS } from "../../lib/domain/time.ts";
import type { Random } from "../../lib/process/random.ts";
import type { Fleet } from "../fleet.ts";
import type { LineTable } from "../line-table.ts";

/** What the relay of one site sends at once. */
export interface Shipment {
  readonly atMs: number;
  readonly site: number;
  readonly lines: readonly string[];
}

const LATE_SHARE = 0.03;
const LATE_SECONDS_MAX = 25;
const DOUBLED_SHARE = 0.02;
const HELD_BACK_SECONDS_MAX = 25;

/**
 * When each line comes, site by site: in batches soon after it was written, some late, some twice,
 * and in some worlds one site holds everything back for a while.
 */
export function shipmentsOf(
  random: Random,
  fleet: Fleet,
  table: LineTable,
  texts: readonly string[],
  startMs: number,
): Shipment[] {
  const everyMs = fleet.sites.map(() => random.between(1, 5) * SECOND_MS);
  const heldBack = random.chance(0.3) ? random.below(fleet.sites.length) : -1;
  const heldFromMs = startMs + random.between(5, 60) * SECOND_MS;
  const heldToMs = heldFromMs + random.between(10, HELD_BACK_SECONDS_MAX) * SECOND_MS;
  const batches = new Map<string, { atMs: number; site: number; lines: string[] }>();
  const put = (site: number, atMs: number, text: string): void => {
    const pace = everyMs[site]!;
    const dueMs = startMs + Math.ceil((atMs - startMs) / pace) * pace;
    const key = `${site}/${dueMs}`;
    const batch = batches.get(key) ?? { atMs: dueMs, site, lines: [] };
    batch.lines.push(text);
    batches.set(key, batch);
  };
  texts.forEach((text, index) => {
    const { site } = fleet.hosts[table.hosts[index]!]!;
    // A line is written once its second is over.
    let atMs = (table.seconds[index]! + 1) * SECOND_MS + random.below(SECOND_MS);
    if (random.chance(LATE_SHARE)) atMs += random.between(5, LATE_SECONDS_MAX) * SECOND_MS;
    if (site === heldBack && atMs >= heldFromMs) atMs = Math.max(atMs, heldToMs);
    put(site, atMs, text);
    if (random.chance(DOUBLED_SHARE)) put(site, atMs + random.below(20) * SECOND_MS, text);
  });
  return [...batches.values()].toSorted((a, b) => a.atMs - b.atMs || a.site - b.site);
}
