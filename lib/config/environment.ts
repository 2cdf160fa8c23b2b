import { parse } from "yaml";
import type { z } from "zod";
import { isRecord, itemOf, schemaAt, shapeFor, unwrap } from "./declaration.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";

export const ENVIRONMENT_PREFIX = "TIDEGAUGE_";
const FILE_SUFFIX = "_FILE";

/** What Kubernetes sets in every pod for a service that is called tidegauge: not ours to judge. */
const SERVICE_LINK =
  /^TIDEGAUGE_(?:[A-Z0-9_]+_)?(?:SERVICE_(?:HOST|PORT.*)|PORT(?:_\d+_(?:TCP|UDP).*)?)$/;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Overrides {
  /** The raw configuration with the overrides in it. */
  readonly raw: unknown;
  /** Path to the variable that set it, by `path.join("/")`. */
  readonly sources: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * Applies `TIDEGAUGE_TIME_RETAIN`, lists by name as `TIDEGAUGE_SINKS_PAGER_URLS`, and secrets from
 * files as `TIDEGAUGE_SINKS_HOOK_SECRET_FILE`. Lists of text are separated by commas.
 */
export function applyEnvironment(
  schema: z.core.$ZodType,
  fromFile: unknown,
  env: Environment,
  readFile: (path: string) => string,
): Overrides {
  const raw: unknown = structuredClone(fromFile ?? {});
  const sources = new Map<string, string>();
  const problems: Problem[] = [];
  for (const variable of Object.keys(env).toSorted()) {
    const value = env[variable];
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || value === undefined) continue;
    const target = findTarget(schema, raw, variable.slice(ENVIRONMENT_PREFIX.length));
    if (target === null) {
      if (!SERVICE_LINK.test(variable)) problems.push(unknownVariable(variable, schema, raw));
      continue;
    }
    try {
      const text = target.fromFile ? readFile(value).replace(/\r?\n$/, "") : value;
      setAt(raw, schema, target.path, convert(target.schema, text));
      sources.set(target.path.join("/"), variable);
    } catch (error) {
      problems.push(unreadable(variable, value, error));
    }
  }
  return { raw, sources, problems };
}

interface Target {
  readonly path: readonly (string | number)[];
  readonly schema: z.core.$ZodType;
  readonly fromFile: boolean;
}

/** Names may hold underscores themselves, so every key that fits is tried, the longest first. */
function findTarget(schema: z.core.$ZodType, given: unknown, rest: string): Target | null {
  const value = given ?? unwrap(schema).fallback;
  if (rest === "") return { path: [], schema, fromFile: false };
  if (rest === FILE_SUFFIX.slice(1)) {
    return unwrap(schema).meta.kind === "secret" ? { path: [], schema, fromFile: true } : null;
  }
  for (const [segment, step, child] of childrenOf(schema, value)) {
    if (rest !== segment && !rest.startsWith(`${segment}_`)) continue;
    const inner = isRecord(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined;
    const found = findTarget(child, inner, rest.slice(segment.length + 1));
    if (found !== null) return { ...found, path: [step, ...found.path] };
  }
  return null;
}

type Child = readonly [segment: string, step: string | number, schema: z.core.$ZodType];

function childrenOf(schema: z.core.$ZodType, value: unknown): Child[] {
  const children: Child[] = [];
  const item = itemOf(schema);
  if (item !== null && Array.isArray(value)) {
    for (const [i, entry] of value.entries()) {
      const name = isRecord(entry) ? entry["name"] : undefined;
      if (typeof name === "string") children.push([segmentOf(name), i, item]);
    }
  }
  for (const [key, child] of Object.entries(shapeFor(schema, value) ?? {})) {
    children.push([segmentOf(key), key, child]);
  }
  return children.toSorted((a, b) => b[0].length - a[0].length);
}

function segmentOf(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** A variable holds text; what it stands for is told by the field. */
function convert(schema: z.core.$ZodType, text: string): unknown {
  const def = (unwrap(schema).schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case "string":
    case "enum":
    case "literal":
      return text;
    case "array":
      if (!/^\s*[[{-]/.test(text)) return text.split(",").map((item) => item.trim());
      return parse(text);
    default:
      return parse(text);
  }
}

/** Sets one value; a default that it lies in is written out first. */
function setAt(
  root: unknown,
  schema: z.core.$ZodType,
  path: readonly (string | number)[],
  value: unknown,
): void {
  let place = root;
  for (const [i, step] of path.entries()) {
    if (!isRecord(place) && !Array.isArray(place)) return;
    if (i === path.length - 1) {
      Reflect.set(place, step, value);
    } else {
      if (Reflect.get(place, step) === undefined) {
        const declared = schemaAt(schema, root, path.slice(0, i + 1));
        const fallback = declared === null ? undefined : unwrap(declared).fallback;
        Reflect.set(place, step, structuredClone(fallback ?? {}));
      }
      place = Reflect.get(place, step);
    }
  }
}

function unknownVariable(variable: string, schema: z.core.$ZodType, raw: unknown): Problem {
  const near = nearest(variable, knownVariables(schema, raw, ENVIRONMENT_PREFIX));
  return {
    source: variable,
    line: null,
    path: "",
    value: null,
    problem: "names no field of the configuration",
    remedy:
      near === null
        ? "lists go by the name of an item that the file has; unset it if it is not for tidegauge"
        : `did you mean \`${near}\`?`,
  };
}

function knownVariables(schema: z.core.$ZodType, given: unknown, prefix: string): string[] {
  const value = given ?? unwrap(schema).fallback;
  const names: string[] = [];
  for (const [segment, step, child] of childrenOf(schema, value)) {
    const inner = isRecord(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined;
    const name = `${prefix}${segment}`;
    names.push(name, ...knownVariables(child, inner, `${name}_`));
    if (unwrap(child).meta.kind === "secret") names.push(`${name}${FILE_SUFFIX}`);
  }
  return names;
}

function unreadable(variable: string, value: string, error: unknown): Problem {
  const code = error instanceof Error && "code" in error ? String(error.code) : "not valid YAML";
  return {
    source: variable,
    line: null,
    path: "",
    value: variable.endsWith(FILE_SUFFIX) ? value : null,
    problem: `cannot be read (${code})`,
    remedy: variable.endsWith(FILE_SUFFIX)
      ? "name a file that this process may read, with nothing but the secret in it"
      : "write the value as it would stand in the file",
  };
}
