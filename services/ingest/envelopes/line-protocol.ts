import type { JsonObject } from "./json-value.ts";

const BACKSLASH = "\\";

interface Scanner {
  readonly text: string;
  at: number;
}

/**
 * Influx line protocol: `measurement,tag=value field=value,field="text" time`. A blank, comma or
 * equals sign is escaped with a backslash outside quotes; a quote and a backslash inside. As an
 * object of Telegraf's JSON, but for numbers, which are text; null where it is none.
 */
export function lineProtocolMetric(text: string): JsonObject | null {
  const scanner: Scanner = { text, at: 0 };
  const name = takeName(scanner, ", ");
  const tags = new Map<string, string>();
  while (scanner.text[scanner.at] === ",") {
    scanner.at++;
    const key = takeName(scanner, "=, ");
    if (scanner.text[scanner.at++] !== "=") return null;
    tags.set(key, takeName(scanner, ", "));
  }
  if (scanner.text[scanner.at++] !== " ") return null;
  const fields = new Map<string, string>();
  do {
    const key = takeName(scanner, "=, ");
    if (scanner.text[scanner.at++] !== "=") return null;
    fields.set(key, scanner.text[scanner.at] === '"' ? takeQuoted(scanner) : takeScalar(scanner));
  } while (scanner.text[scanner.at++] === ",");
  return {
    name,
    fields: Object.fromEntries(fields),
    tags: Object.fromEntries(tags),
    timestamp: text.slice(scanner.at).trim(),
  };
}

function takeName(scanner: Scanner, stops: string): string {
  const { text } = scanner;
  let name = "";
  let from = scanner.at;
  while (scanner.at < text.length && !stops.includes(text[scanner.at] ?? "")) {
    if (text[scanner.at] === BACKSLASH && scanner.at + 1 < text.length) {
      name += text.slice(from, scanner.at);
      from = scanner.at + 1;
      scanner.at++;
    }
    scanner.at++;
  }
  return name + text.slice(from, scanner.at);
}

function takeQuoted(scanner: Scanner): string {
  const { text } = scanner;
  scanner.at++;
  const value = takeName(scanner, '"');
  if (scanner.at < text.length) scanner.at++;
  return value;
}

/** A number, without the `i` or `u` that marks a whole one. */
function takeScalar(scanner: Scanner): string {
  const value = takeName(scanner, ", ");
  return value.endsWith("i") || value.endsWith("u") ? value.slice(0, -1) : value;
}
