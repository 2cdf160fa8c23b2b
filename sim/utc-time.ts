import { epochMsOf, formatTime, SECOND_MS } from "../lib/domain/time.ts";

const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** Milliseconds since 1970 of `2026-11-20T23:59:59Z`, with or without `.000`; else NaN. */
export function epochMsOfText(text: string): number {
  if (!UTC_TIME.test(text)) return Number.NaN;
  const field = (from: number, to: number) => Number(text.slice(from, to));
  const [year, month, day] = [field(0, 4), field(5, 7), field(8, 10)];
  const wholeMs = epochMsOf(year, month, day, field(11, 13), field(14, 16), field(17, 19));
  const epochMs = wholeMs + (text.length > 20 ? field(20, 23) : 0);
  // February 30 would come back as March 2.
  return formatTime(epochMs).startsWith(text.slice(0, 19)) ? epochMs : Number.NaN;
}

/** The whole second of a time, NaN when it is none. */
export function secondOfText(text: string): number {
  return Math.floor(epochMsOfText(text) / SECOND_MS);
}
