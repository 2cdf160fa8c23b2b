import { utcZone } from "../domain/zone.ts";
import type { Zone } from "../domain/zone.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** A stretch of time with one offset; bounds in local time as if it were UTC. */
interface Segment {
  readonly localStartMs: number;
  readonly localEndMs: number;
  readonly offsetMs: number;
}

/**
 * The zone of an IANA name (`Europe/Berlin`) by the runtime's own tables; a RangeError where they
 * know no such name. Transitions are found once per year asked for and kept.
 */
export function zoneOf(name: string): Zone {
  if (name === "UTC" || name === "Etc/UTC") return utcZone;
  const format = formatFor(name);
  const segmentsOfYear = new Map<number, readonly Segment[]>();
  let current: Segment | undefined;
  return {
    toUtcMs(localMsAsIfUtc) {
      if (current && isInside(current, localMsAsIfUtc)) return localMsAsIfUtc - current.offsetMs;
      const year = new Date(localMsAsIfUtc).getUTCFullYear();
      if (Number.isNaN(year)) return Number.NaN;
      const segments = segmentsOfYear.get(year) ?? findSegments(year, format);
      segmentsOfYear.set(year, segments);
      const at = segments.findIndex((segment) => localMsAsIfUtc < segment.localEndMs);
      const segment = segments[at] ?? segments.at(-1);
      if (segment === undefined) return Number.NaN;
      if (localMsAsIfUtc >= segment.localStartMs) {
        current = isPlain(segments, at) ? segment : undefined;
        return localMsAsIfUtc - segment.offsetMs;
      }
      // Inside a gap: the offset before it moves the time forward by the gap.
      const before = segments[at - 1] ?? segment;
      return localMsAsIfUtc - before.offsetMs;
    },
  };
}

function isInside(segment: Segment, localMs: number): boolean {
  return localMs >= segment.localStartMs && localMs < segment.localEndMs;
}

/** Whether no earlier segment claims a time of this one, so that it may be asked first. */
function isPlain(segments: readonly Segment[], at: number): boolean {
  const segment = segments[at];
  const before = segments[at - 1];
  return segment !== undefined && (!before || before.localEndMs <= segment.localStartMs);
}

function formatFor(name: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

/** Offset from UTC at a whole second, in milliseconds. */
function offsetAt(utcMs: number, format: Intl.DateTimeFormat): number {
  const field: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utcMs)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}

/** Every stretch of one offset that touches a year, with two days on both sides for the zones. */
function findSegments(year: number, format: Intl.DateTimeFormat): readonly Segment[] {
  const startMs = Date.UTC(year, 0, 1) - 2 * DAY_MS;
  const endMs = Date.UTC(year + 1, 0, 1) + 2 * DAY_MS;
  const segments: Segment[] = [];
  let fromMs = startMs;
  let offsetMs = offsetAt(startMs, format);
  for (let atMs = startMs; atMs < endMs; atMs += WEEK_MS) {
    const nextMs = Math.min(atMs + WEEK_MS, endMs);
    const nextOffsetMs = offsetAt(nextMs, format);
    if (nextOffsetMs === offsetMs) continue;
    const changeMs = findChange(atMs, nextMs, offsetMs, format);
    segments.push(segmentOf(fromMs, changeMs, offsetMs));
    fromMs = changeMs;
    offsetMs = nextOffsetMs;
  }
  segments.push(segmentOf(fromMs, endMs, offsetMs));
  return segments;
}

function segmentOf(startMs: number, endMs: number, offsetMs: number): Segment {
  return { localStartMs: startMs + offsetMs, localEndMs: endMs + offsetMs, offsetMs };
}

/** The first second in (lowMs, highMs] at which the offset is no longer the one at lowMs. */
function findChange(
  lowMs: number,
  highMs: number,
  offsetMs: number,
  format: Intl.DateTimeFormat,
): number {
  let low = lowMs;
  let high = highMs;
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (offsetAt(middle, format) === offsetMs) low = middle;
    else high = middle;
  }
  return high;
}
