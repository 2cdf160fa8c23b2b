import { TIME_SOURCES } from "../../../lib/domain/observation.ts";
import { MAX_AHEAD_MS, MAX_BEHIND_MS } from "./limits.ts";

export const TIME_LINE = TIME_SOURCES.indexOf("line");
export const TIME_SHIPPER = TIME_SOURCES.indexOf("shipper");
export const TIME_ARRIVAL = TIME_SOURCES.indexOf("arrival");
export const TIME_NONE = TIME_SOURCES.indexOf("none");

/**
 * Whether an event time is to be believed against the arrival of its record (detector.md section
 * 5):
 * more than 5 minutes ahead or 30 days behind is a wrong clock. Without an arrival it stands.
 */
export function isBelievable(timeMs: number, arrivalMs: number | null): boolean {
  if (arrivalMs === null) return true;
  return timeMs <= arrivalMs + MAX_AHEAD_MS && timeMs >= arrivalMs - MAX_BEHIND_MS;
}
