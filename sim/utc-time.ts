import { epochMsOf, formatTime, SECOND_MS } from "../lib/domain/time.ts";

const UTC_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/;

/** Milliseconds since 1970 of `2026-11-20T23:59:59Z`, with or without `.000`; else NaN. */
export function epochMsOfText(text: string): number {
  const fields = UTC_TIME.exec(text)?.slice(1).map(Number);
  if (fields === undefined) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = fields;
  const epochMs = epochMsOf(year, month, day, hour, minute, second) + (Number.isNaN(ms) ? 0 : ms);
  // February 30 would come back as March 2.
  return formatTime(epochMs).startsWith(text.slice(0, 19)) ? epochMs : Number.NaN;
}

/** The whole second of a time, NaN when it is none. */
export function secondOfText(text: string): number {
  return Math.floor(epochMsOfText(text) / SECOND_MS);
}
