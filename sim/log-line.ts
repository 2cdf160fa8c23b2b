import { civilFromDays, formatTimeOfDay, SECOND_MS } from "../lib/domain/time.ts";
import type { Fleet } from "./fleet.ts";
import { limitText } from "./kernel.ts";
import { NOISE, type LineTable } from "./line-table.ts";
import { noiseText } from "./noise.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY_SECONDS = 86_400;

/** Made once: a simulator writes many small tables. */
let timesOfDay: readonly string[] | null = null;

function everyTimeOfDay(): readonly string[] {
  return Array.from({ length: DAY_SECONDS }, (_, second) => formatTimeOfDay(second * SECOND_MS));
}

/** Writes a table's lines as RFC 3164 text without PRI, as syslogd files them. */
export class LineWriter {
  readonly #fleet: Fleet;
  readonly #table: LineTable;
  readonly #dates = new Map<number, string>();

  constructor(fleet: Fleet, table: LineTable) {
    this.#fleet = fleet;
    this.#table = table;
  }

  /** `Nov 20 08:30:00 fra1-web-001 kernel: Limiting …` and a newline; ASCII only. */
  line(index: number): string {
    const table = this.#table;
    const second = table.seconds[index] ?? 0;
    const host = this.#fleet.hosts[table.hosts[index] ?? 0]!;
    const gauge = table.gauges[index] ?? NOISE;
    const offered = table.offered[index] ?? 0;
    const text =
      gauge === NOISE
        ? noiseText(offered)
        : `kernel: ${limitText(gauge, offered, table.allowed[index] ?? 0, host.era)}`;
    const time = (timesOfDay ??= everyTimeOfDay())[second % DAY_SECONDS];
    return `${this.#date(Math.floor(second / DAY_SECONDS))} ${time} ${host.name} ${text}\n`;
  }

  /** `Nov 20`, and `Nov  9` with two blanks. */
  #date(days: number): string {
    let date = this.#dates.get(days);
    if (date === undefined) {
      date = dateOf(days);
      this.#dates.set(days, date);
    }
    return date;
  }
}

/** `Nov 20 08:30:00`, as RFC 3164 writes it. */
export function timeText(second: number): string {
  return `${dateOf(Math.floor(second / DAY_SECONDS))} ${formatTimeOfDay(second * SECOND_MS)}`;
}

function dateOf(days: number): string {
  const { month, day } = civilFromDays(days);
  return `${MONTHS[month - 1]} ${String(day).padStart(2, " ")}`;
}
