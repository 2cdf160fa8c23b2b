import { MAX_AHEAD_MS } from "./core/limits.ts";

/**
 * The arrival of a record on a topic of others. Their producers may set its stamp (CreateTime). One
 * in the past stands, for it may be a backlog; one that lies ahead of our clock, or is none, cannot
 * be an arrival, and our clock stands for it.
 */
export function arrivalOf(stampMs: number, nowMs: number): number {
  const isStamp = Number.isSafeInteger(stampMs) && stampMs > 0;
  return isStamp && stampMs <= nowMs + MAX_AHEAD_MS ? stampMs : nowMs;
}
