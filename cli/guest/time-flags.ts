import { InvalidArgumentError } from "commander";
import { parseDurationMs } from "../../lib/config/quantity.ts";

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** `2026-11-20T08:30:00Z`, or a span such as `2h` before (-1) or after (1) now. */
export function parseMoment(text: string, direction: -1 | 1, nowMs: number): number {
  const spanMs = parseDurationMs(text);
  if (!Number.isNaN(spanMs)) return nowMs + direction * spanMs;
  const timeMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new InvalidArgumentError("Give a span such as 2h, or a time such as 2026-11-20T08:30:00Z.");
}

/** A length of time such as `2h`, in milliseconds. */
export function parseSpan(text: string): number {
  const spanMs = parseDurationMs(text);
  if (Number.isNaN(spanMs) || spanMs === 0) {
    throw new InvalidArgumentError("Give a length of time such as 30m, 2h or 7d.");
  }
  return spanMs;
}

/** `high,critical` as a list of known words. */
export function wordList<Word extends string>(
  known: readonly Word[],
): (text: string) => readonly Word[] {
  return (text) =>
    text.split(",").map((word) => {
      const found = known.find((each) => each === word.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Give one or more of ${known.join(", ")}.`);
    });
}
