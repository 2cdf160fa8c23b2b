import type { Description } from "../services/ingest/describe.ts";

/** Fields that stand in the head of the text, or go without saying. */
const SAID = new Set([
  "outcome",
  "kind",
  "class",
  "host",
  "time",
  "timeSource",
  "line",
  "part",
  "offered",
  "allowed",
  "suppressed",
  "os",
]);

/** What a line says, for a person: `12: 2026-11-20 08:30:00 UTC  fra1-web-001  limit …`. */
export function descriptionText(description: Description): string {
  const { outcome, reason, line, part } = description;
  const place = part === undefined ? textOf(line) : `${textOf(line)}.${textOf(part)}`;
  if (outcome === "drop") return `${place}: ${reason === "empty" ? "empty" : "not ours"}`;
  if (outcome === "reject") return `${place}: rejected, ${textOf(reason)}`;
  const { kind, class: gauge, host, time, timeSource } = description;
  const what = gauge === undefined ? textOf(kind) : `${textOf(kind)} ${textOf(gauge)}`;
  const source =
    timeSource === "line" || time === null ? "" : ` (time of the ${textOf(timeSource)})`;
  const parts = [
    `${place}: ${time === null ? "no time" : clockOf(textOf(time))}${source}`,
    host === null ? "no host" : textOf(host),
    [what, countsOf(description), ...restOf(description)].filter((text) => text !== "").join(", "),
  ];
  return parts.join("  ");
}

function clockOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

function countsOf({ kind, offered, allowed, suppressed }: Description): string {
  if (kind !== "limit") return "";
  return `${textOf(offered)} wanted, ${textOf(allowed)} allowed, ${textOf(suppressed)} suppressed`;
}

function restOf(description: Description): string[] {
  return Object.entries(description).flatMap(([name, value]) => {
    if (SAID.has(name) || value === null) return [];
    if (name === "repeat" && value === 1) return [];
    if (typeof value !== "object") return [`${name} ${textOf(value)}`];
    const count = Object.keys(value).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\n", "\\n") : JSON.stringify(value);
}
