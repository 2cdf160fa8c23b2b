import type { z } from "zod";
import { findCombinationFaults } from "./combinations.ts";
import { configSchema, type Config } from "./config.ts";
import { isRecord, schemaAt, shapeFor, unwrap, valueAt, variantsAt } from "./declaration.ts";
import { suggest } from "./nearest.ts";
import type { Finding } from "./problem.ts";
import { findReferenceFaults } from "./references.ts";

export interface Validated {
  /** Deep-frozen; null where anything is wrong. */
  readonly config: Config | null;
  readonly findings: readonly Finding[];
}

/** Checks a raw configuration, file and environment together: all that is wrong, at once. */
export function validate(raw: unknown): Validated {
  const parsed = configSchema.safeParse(raw);
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, raw))),
    ...findReferenceFaults(raw),
    ...findCombinationFaults(raw),
  ];
  const config = parsed.success && findings.length === 0 ? deepFreeze(parsed.data) : null;
  return { config, findings };
}

function findingsOf(issue: z.core.$ZodIssue, raw: unknown): Finding[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  if (issue.code === "unrecognized_keys") {
    const schema = schemaAt(configSchema, raw, path);
    const known = schema === null ? [] : Object.keys(shapeFor(schema, valueAt(raw, path)) ?? {});
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: "is not a key that is known here",
      remedy: suggest(key, known),
    }));
  }
  const value = valueAt(raw, path);
  if (value === undefined) return [missing(path, raw)];
  if (issue.code === "custom") {
    const remedy = String(issue.params?.["remedy"] ?? "see docs/configuration.md");
    return [{ path, problem: issue.message, remedy, hidden: issue.params?.["hidden"] === true }];
  }
  return [mismatch(issue, path, value, raw)];
}

function missing(path: readonly (string | number)[], raw: unknown): Finding {
  return { path, problem: "is missing", remedy: `add ${expectedAt(path, raw)}` };
}

function mismatch(
  issue: z.core.$ZodIssue,
  path: readonly (string | number)[],
  value: unknown,
  raw: unknown,
): Finding {
  const choices = choicesOf(issue, path, raw);
  if (choices !== null && typeof value === "string") {
    return {
      path,
      problem: "is not one of the values it can have",
      remedy: suggest(value, choices),
    };
  }
  if (issue.code === "too_big" || issue.code === "too_small") {
    const isList = Array.isArray(value);
    const edge =
      issue.code === "too_big" ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
    const remedy = isList ? `write ${edge} of them` : `use ${expectedAt(path, raw)}`;
    return { path, problem: isList ? "has too many or too few items" : "is out of range", remedy };
  }
  return {
    path,
    problem: `is not ${expectedAt(path, raw)}`,
    remedy: `use ${expectedAt(path, raw)}`,
  };
}

/** The values of a choice, also of the key that tells variants apart. */
function choicesOf(
  issue: z.core.$ZodIssue,
  path: readonly (string | number)[],
  raw: unknown,
): readonly string[] | null {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return null;
  const variants = variantsAt(configSchema, raw, path);
  return variants === null ? null : [...variants.options.keys()];
}

/** What belongs at a place, in words: `a duration from 1s to 24h`. */
function expectedAt(path: readonly (string | number)[], raw: unknown): string {
  const variants = variantsAt(configSchema, raw, path);
  if (variants !== null) return `one of ${[...variants.options.keys()].join(", ")}`;
  const schema = schemaAt(configSchema, raw, path);
  if (schema === null) return "a value";
  const { meta, schema: inner } = unwrap(schema);
  if (meta.expects !== undefined) return meta.expects;
  const { type } = (inner as z.core.$ZodTypes)._zod.def;
  if (type === "array") return "a list";
  return type === "object" || type === "union" ? "a group of keys" : "a value of another kind";
}

function deepFreeze<T>(value: T): T {
  if (Array.isArray(value) || isRecord(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
