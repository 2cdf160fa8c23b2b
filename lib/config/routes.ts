import { z } from "zod";
import { INCIDENT_KINDS } from "../domain/incident.ts";
import { SEVERITIES } from "../domain/severity.ts";
import { choice, flag, list, reference, text } from "./field.ts";

const ANY = { min: 1, max: 256 };

const match = z
  .strictObject({
    severity: list(choice(SEVERITIES, "One severity."), ANY, "Any of these severities.").optional(),
    kind: list(choice(INCIDENT_KINDS, "One kind."), ANY, "Any of these kinds.").optional(),
    rule: list(reference("rule", "One rule."), ANY, "Any of these rules.").optional(),
    scope: list(reference("scope", "One scope."), ANY, "Any of these scopes.").optional(),
    value: list(
      text("One value."),
      ANY,
      "Any of these values of the scope, such as sites.",
    ).optional(),
  })
  .transform((match) => ({
    severity: match.severity ?? null,
    kind: match.kind ?? null,
    rule: match.rule ?? null,
    scope: match.scope ?? null,
    value: match.value ?? null,
  }))
  .meta({ description: "What it takes; every key given must fit. `{}` takes everything." });

const route = z
  .strictObject({
    match: match.prefault({}),
    sinks: list(reference("sink", "One sink."), ANY, "Sinks that get it."),
    continue: flag("Go on to the next routes after this one took it.").prefault(false),
    page_on: choice(
      ["suspected", "confirmed"],
      "The state from which an incident is sent.",
    ).prefault("confirmed"),
  })
  .transform(({ page_on, ...rest }) => ({ ...rest, pageOn: page_on }));

export const routes = list(
  route,
  { min: 0, max: 256 },
  "Which incident goes to which sinks. The first match wins unless it says `continue: true`; " +
    "without routes every incident goes to every sink.",
).prefault([]);
