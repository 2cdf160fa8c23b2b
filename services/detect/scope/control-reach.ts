import type { Control, ControlMatcher } from "../../../lib/domain/control.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { Watch } from "./watch.ts";

/**
 * Whether a control is about an incident: about everything, about its scope, or about a scope that
 * some of its hosts are in. All that the control names must fit.
 */
export function concerns(
  control: Control,
  watch: Watch,
  record: IncidentRecord,
  scoping: Scoping,
): boolean {
  const { incidentId, scope, matchers } = control;
  if (incidentId !== null && incidentId !== record.id) return false;
  if (!matchers.every((matcher) => fits(matcher, record))) return false;
  if (scope === null) return true;
  if (scope.name === record.scope.name) return scope.value === record.scope.value;
  const definition = scoping.definitions.findIndex(({ name }) => name === scope.name);
  const isIn = (label: string): boolean => {
    if (scope.name === "host") return label === scope.value;
    const slash = label.indexOf("/");
    const realm = slash < 0 ? "" : label.slice(0, slash);
    return scoping.scopesOf(realm, label.slice(slash + 1))[definition] === scope.value;
  };
  const { startedAt, lastSeenAt } = record;
  return watch.reader.participants(startedAt, lastSeenAt).some(({ host }) => isIn(host));
}

/** The fields that a record has already; a matcher of any other says nothing here. */
function fits({ field, values }: ControlMatcher, { rule, scope }: IncidentRecord): boolean {
  switch (field) {
    case "rule":
    case "rule.name":
      return values.includes(rule.name);
    case "scope":
    case "scope.name":
      return values.includes(scope.name);
    case "site":
    case "value":
    case "scope.value":
      return values.includes(scope.value);
    default:
      return false;
  }
}
