import { readFileSync } from "node:fs";
import { utcZone } from "../../lib/domain/zone.ts";
import { describeLine } from "../../services/ingest/describe.ts";
import type { Description } from "../../services/ingest/describe.ts";
import type { LineContext } from "../../services/ingest/read-line.ts";

/** Noon of the day that the examples are from. */
export const REFERENCE: LineContext = {
  referenceMs: Date.UTC(2026, 10, 20, 12),
  zone: utcZone,
  arrivalMs: null,
};

export function describedAs(
  text: string,
  context: LineContext = REFERENCE,
): readonly Description[] {
  const bytes = new TextEncoder().encode(text);
  return describeLine(bytes, 0, bytes.length, context, 1);
}

export function readJsonLines(url: URL): readonly unknown[] {
  const lines = readFileSync(url, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
}
