import { KINDS } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import { isBelievable, TIME_LINE } from "./core/event-time.ts";
import { FastDate } from "./core/fast-date.ts";
import type { FastLines } from "./core/fast-lines.ts";
import type { RowOrigin } from "./core/observation-columns.ts";
import type { ObservationPacker } from "./observation-packer.ts";

const HOUR_MS = 3_600_000;
const LIMIT = KINDS.indexOf("limit");

/** What is known of a limit line beside its numbers. */
export interface LimitLine {
  readonly timeMs: number;
  /** Index into TRUSTS. */
  readonly trust: number;
  readonly line: number;
  readonly text: string;
}

/** Limit lines that FastLines has read, into rows. */
export class LimitRows {
  readonly #packer: ObservationPacker;
  readonly #retainMs: number;
  #date = new FastDate(0, { toUtcMs: () => Number.NaN });
  #zone: Zone | null = null;
  #hour = Number.NaN;
  #arrivalMs = Number.NaN;

  constructor(packer: ObservationPacker, retainMs: number) {
    this.#packer = packer;
    this.#retainMs = retainMs;
  }

  /** What follows arrived then, and means this zone where it names none. */
  open(arrivalMs: number, zone: Zone): void {
    this.#arrivalMs = arrivalMs;
    // An hour makes no difference to a believable time: years change a day ahead of the reference.
    const hour = Math.floor(arrivalMs / HOUR_MS);
    if (hour === this.#hour && zone === this.#zone) return;
    this.#hour = hour;
    this.#zone = zone;
    this.#date = new FastDate(hour * HOUR_MS, zone);
  }

  /** Of the RFC 3164 date at `at`; NaN where the general reader must look. */
  timeMs(bytes: Uint8Array, at: number): number {
    const timeMs = this.#date.read(bytes, at);
    const isPlain = isBelievable(timeMs, this.#arrivalMs) && timeMs >= this.#firstMs;
    return isPlain ? timeMs : Number.NaN;
  }

  add(host: number, origin: RowOrigin, fast: FastLines, row: number, of: LimitLine): void {
    const { timeMs, trust, line, text } = of;
    const offered = fast.offered(row);
    const allowed = fast.allowed(row);
    this.#packer.add(host, origin, {
      timeMs,
      kind: LIMIT,
      gauge: fast.gauge(row),
      offered,
      allowed,
      suppressed: offered > allowed ? offered - allowed : 0,
      count: 1,
      timeSource: TIME_LINE,
      trust,
      line,
      text,
    });
  }

  get #firstMs(): number {
    return this.#arrivalMs - this.#retainMs;
  }
}
