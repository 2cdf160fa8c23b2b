import { fittingCount, type NamedCount, readCount } from "../../../lib/domain/named-number.ts";
import type { Zone } from "../../../lib/domain/zone.ts";
import { MAX_SAMPLE_NAMES, MAX_SAMPLE_NAME_LENGTH } from "../core/limits.ts";
import { firstText, isObject, own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import { shipperTimeMs } from "./shipper-time.ts";

/** One sample as a line wrote it (contracts.md section 3). */
export interface SampleReading {
  readonly host: string | null;
  /** NaN where it has none. */
  readonly timeMs: number;
  readonly os: string | null;
  readonly boot: string | null;
  /** What read the counters, where the form tells it; samples of two are never one series. */
  readonly sampler: string | null;
  readonly uptimeSeconds: number | null;
  readonly counters: readonly NamedCount[];
  readonly gauges: readonly NamedCount[];
  readonly posture: readonly NamedCount[];
}

export type SampleFault = "bad_sample" | "bad_time";

/** A sample, or why it cannot be believed: then none of it is. */
export function readSample(
  object: JsonObject,
  referenceMs: number,
  zone: Zone,
): SampleReading | SampleFault {
  const time = own(object, "time");
  const timeMs = shipperTimeMs(time, referenceMs, zone);
  if (time !== undefined && time !== null && Number.isNaN(timeMs)) return "bad_time";
  const counters = counts(own(object, "counters"), countOf);
  const gauges = counts(own(object, "gauges"), countOf);
  const posture = counts(own(object, "posture"), settingOf);
  const uptime = own(object, "uptimeSeconds") ?? null;
  if (counters === null || gauges === null || posture === null) return "bad_sample";
  if (!isObject(own(object, "counters"))) return "bad_sample";
  if (uptime !== null && !isDuration(uptime)) return "bad_sample";
  return {
    host: firstText(object, ["host"]),
    timeMs,
    os: firstText(object, ["os"]),
    boot: firstText(object, ["boot"]),
    sampler: null,
    uptimeSeconds: uptime,
    counters,
    gauges,
    posture,
  };
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

type Read = (value: unknown) => number | string | null;

/** Absent is absent: no object gives no names. Null where one value is no number. */
function counts(value: unknown, read: Read): readonly NamedCount[] | null {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) return null;
  const entries = Object.entries(value);
  if (entries.length > MAX_SAMPLE_NAMES) return null;
  const named: NamedCount[] = [];
  for (const [name, entry] of entries) {
    const count = read(entry);
    if (count === null || name.length > MAX_SAMPLE_NAME_LENGTH) return null;
    named.push({ name, value: count });
  }
  return named;
}

function countOf(value: unknown): number | string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value === "bigint") return fittingCount(value);
  return typeof value === "string" ? readCount(value) : null;
}

/** A setting may be negative (`kern.ipc.sooverprio` -1 is off). */
function settingOf(value: unknown): number | string | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : countOf(value);
}
