import type { Control, ControlMatcher } from "../../../lib/domain/control.ts";
import type { Incident } from "../../../lib/domain/incident.ts";

/** The controls that keep a notification back. */
export type SilencingType = "silence" | "maintenance" | "acknowledge";

/** Words of routes for paths of the incident. */
const SHORT_FIELDS: Readonly<Record<string, string>> = {
  rule: "rule.name",
  scope: "scope.name",
  value: "scope.value",
  site: "scope.value",
};

/**
 * The control of one of these types that holds for the incident at `atMs` of event time, or null.
 * `atMs` is the last second in which its condition held: what goes on after the end is sent.
 */
export function findControl(
  controls: Iterable<Control>,
  types: readonly SilencingType[],
  incident: Incident,
  atMs: number,
): Control | null {
  for (const control of controls) {
    if (!(types as readonly string[]).includes(control.type)) continue;
    if (atMs < control.fromMs || (control.untilMs !== null && atMs >= control.untilMs)) continue;
    if (concerns(control, incident)) return control;
  }
  return null;
}

/** All that a control names must fit; one that acknowledges must name its incident. */
export function concerns(control: Control, incident: Incident): boolean {
  const { incidentId, scope, matchers, type } = control;
  if (incidentId === null ? type === "acknowledge" : incidentId !== incident.id) return false;
  if (scope !== null && scope.name !== incident.scope.name) return false;
  if (scope !== null && scope.value !== incident.scope.value) return false;
  return matchers.every((matcher) => fits(matcher, incident));
}

/** Of a list every item must fit: a silence for some hosts does not hide the others. */
function fits({ field, values }: ControlMatcher, incident: Incident): boolean {
  const path = SHORT_FIELDS[field] ?? field;
  if (path.startsWith("hosts.list") && incident.hosts.truncated) return false;
  const found = valuesAt(incident, path.split("."));
  return found.length > 0 && found.every((value) => values.includes(String(value)));
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [step, ...rest] = path;
  if (step === undefined) return typeof value === "object" ? [] : [value];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return [];
  return valuesAt((value as Readonly<Record<string, unknown>>)[step], rest);
}
