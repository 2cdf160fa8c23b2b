import { readFileSync } from "node:fs";
import type { Incident } from "../../../lib/domain/incident.ts";

/** Incidents as JSON lines; a torn last line is not one yet. */
export function readIncidentLines(text: string): Incident[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Incident);
}

/** The last revision of each incident in a file sink's file; none while there is no file. */
export function lastRevisions(file: string): Incident[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const last = new Map<string, Incident>();
  for (const incident of readIncidentLines(text)) {
    if (incident.revision >= (last.get(incident.id)?.revision ?? 0))
      last.set(incident.id, incident);
  }
  return [...last.values()];
}

/** detector.md section 6: what is equal wherever the facts are. Withdrawn ones are none. */
export function verdictsOf(incidents: readonly Incident[]): string[] {
  return incidents
    .filter(({ state }) => state !== "withdrawn")
    .map(({ rule, kind, scope, startedAt, metAt, lastSeenAt, hosts, measure, state }) => {
      const ended = state === "resolved";
      const what = { rule: rule.name, kind, scope, startedAt, metAt, lastSeenAt };
      return JSON.stringify({ ...what, hosts, measure, ended });
    })
    .toSorted();
}
