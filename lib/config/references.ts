import { DEFAULT_SCOPES } from "../domain/scope.ts";
import { stepInto } from "./declaration.ts";
import { suggest } from "./nearest.ts";
import type { Finding } from "./problem.ts";
import { entriesOf, namesOf, textOf, textsOf } from "./raw.ts";
import { DEFAULT_RULES } from "./rules.ts";

/** Doubled names, and names of what nothing defines. Works on a file that is wrong. */
export function findReferenceFaults(raw: unknown): Finding[] {
  const scopes = scopeNames(raw);
  return [
    ...["scopes", "inputs", "rules", "sinks"].flatMap((key) => findDoubledNames(raw, key)),
    ...findUnknownScopes(raw, scopes),
    ...findDefaultPackFault(raw, scopes),
    ...findUnknownInRoutes(raw, scopes),
  ];
}

function scopeNames(raw: unknown): string[] {
  const defined = stepInto(raw, "scopes") !== undefined;
  return defined ? namesOf(raw, "scopes") : DEFAULT_SCOPES.map((scope) => scope.name);
}

function findDoubledNames(raw: unknown, key: string): Finding[] {
  const firstAt = new Map<string, number>();
  const findings: Finding[] = [];
  for (const { index, item } of entriesOf(raw, key)) {
    const name = textOf(item["name"]);
    if (name === null) continue;
    const first = firstAt.get(name);
    if (first === undefined) {
      firstAt.set(name, index);
      continue;
    }
    const problem = `is taken: ${key}[${first}] has that name`;
    findings.push({ path: [key, index, "name"], problem, remedy: "give each its own name" });
  }
  return findings;
}

function findUnknownScopes(raw: unknown, scopes: readonly string[]): Finding[] {
  return entriesOf(raw, "rules").flatMap(({ index, item }) => {
    if (item["type"] === "single_host") return [];
    return unknownName(["rules", index, "scope"], textOf(item["scope"]), "scope", scopes);
  });
}

function findDefaultPackFault(raw: unknown, scopes: readonly string[]): Finding[] {
  if (stepInto(raw, "rules") !== undefined || scopes.includes("site")) return [];
  return [
    {
      path: ["scopes"],
      problem: "the default rules watch the scope `site`, and no scope has that name",
      remedy: "name a scope `site`, or write `rules` of your own",
    },
  ];
}

function findUnknownInRoutes(raw: unknown, scopes: readonly string[]): Finding[] {
  const sinks = stepInto(raw, "sinks") === undefined ? ["stdout"] : namesOf(raw, "sinks");
  const ownRules = stepInto(raw, "rules") !== undefined;
  const rules = ownRules ? namesOf(raw, "rules") : DEFAULT_RULES.map((rule) => rule.name);
  const heartbeats = entriesOf(raw, "sinks").flatMap(({ item }) =>
    item["type"] === "heartbeat" ? (textOf(item["name"]) ?? []) : [],
  );
  return entriesOf(raw, "routes").flatMap(({ index, item }) => [
    ...namedHeartbeats(["routes", index, "sinks"], item["sinks"], heartbeats),
    ...unknownNames(["routes", index, "sinks"], item["sinks"], "sink", sinks),
    ...unknownNames(
      ["routes", index, "match", "rule"],
      stepInto(item["match"], "rule"),
      "rule",
      rules,
    ),
    ...unknownNames(
      ["routes", index, "match", "scope"],
      stepInto(item["match"], "scope"),
      "scope",
      [...scopes, "host"],
    ),
  ]);
}

function namedHeartbeats(
  path: readonly (string | number)[],
  value: unknown,
  heartbeats: readonly string[],
): Finding[] {
  return textsOf(value).flatMap(([i, name]) => {
    if (!heartbeats.includes(name)) return [];
    const problem = "is a heartbeat, which takes no incidents";
    return [{ path: [...path, i], problem, remedy: "remove it: a heartbeat needs no route" }];
  });
}

function unknownNames(
  path: readonly (string | number)[],
  value: unknown,
  what: string,
  known: readonly string[],
): Finding[] {
  return textsOf(value).flatMap(([i, name]) => unknownName([...path, i], name, what, known));
}

function unknownName(
  path: readonly (string | number)[],
  name: string | null,
  what: string,
  known: readonly string[],
): Finding[] {
  if (name === null || known.includes(name)) return [];
  const remedy = known.length === 0 ? `define a ${what} of that name` : suggest(name, known);
  return [{ path, problem: `names no ${what}`, remedy }];
}
