import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { configSchema, type Config } from "./config.ts";
import {
  isRecord,
  itemOf,
  schemaAt,
  shapeFor,
  unwrap,
  valueAt,
  variantsAt,
} from "./declaration.ts";
import { applyEnvironment, type Environment, type Overrides } from "./environment.ts";
import { formatPath, formatValue, type Finding, type Problem } from "./problem.ts";
import { validate } from "./validate.ts";
import type { z } from "zod";

export interface ConfigRequest {
  /** `--config`; undefined looks in the usual places. */
  readonly path?: string | undefined;
  readonly env: Environment;
  readonly workingDirectory: string;
}

export interface LoadedConfig {
  /** Null where anything is wrong. */
  readonly config: Config | null;
  /** The file that was read; null where there is none and the defaults apply. */
  readonly file: string | null;
  readonly problems: readonly Problem[];
  /** Known also where the rest is wrong, so that one check tells of both files. */
  readonly inventorySource: Pick<Config, "inventoryPath" | "domains">;
}

const FILE_NAME = "tidegauge.yaml";
const SYSTEM_FOLDERS = ["/usr/local/etc/tidegauge", "/etc/tidegauge"];

/** A configuration is written by people; anything larger is some other file. */
const FILE_BYTES_MAX = 1_048_576;

/** Where a configuration is looked for, in this order, without `--config`. */
export function searchPath(workingDirectory: string): readonly string[] {
  return [workingDirectory, ...SYSTEM_FOLDERS].map((folder) => join(folder, FILE_NAME));
}

/** Reads file and environment and checks them together. Trouble is in `problems`, never thrown. */
export function loadConfig(request: ConfigRequest): LoadedConfig {
  const file =
    request.path === undefined
      ? (searchPath(request.workingDirectory).find((path) => existsSync(path)) ?? null)
      : resolve(request.workingDirectory, request.path);
  const source = file === null ? EMPTY_SOURCE : readSource(file);
  if (source.problems.length > 0) {
    const { problems } = source;
    return { config: null, file, problems, inventorySource: inventorySourceOf(source.raw) };
  }
  const written = file === null ? {} : resolvePaths(configSchema, source.raw, dirname(file));
  const overrides = applyEnvironment(configSchema, written, request.env, readSecret);
  const { config, findings } = validate(overrides.raw);
  const problems = findings.map((finding) => locate(finding, overrides, file, source));
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  problems.push(...overrides.problems);
  const inventorySource = config ?? inventorySourceOf(overrides.raw);
  return { config: problems.length === 0 ? config : null, file, problems, inventorySource };
}

/** From a configuration that may be wrong anywhere; a domain that is no text is told elsewhere. */
function inventorySourceOf(raw: unknown): LoadedConfig["inventorySource"] {
  const path = valueAt(raw, ["inventory"]);
  const domains = valueAt(raw, ["domains"]);
  return {
    inventoryPath: typeof path === "string" && path !== "" ? path : null,
    domains: Array.isArray(domains) ? domains.filter((item) => typeof item === "string") : [],
  };
}

interface Source {
  readonly raw: unknown;
  readonly problems: readonly Problem[];
  lineOf(path: readonly (string | number)[]): number | null;
}

const EMPTY_SOURCE: Source = { raw: {}, problems: [], lineOf: () => null };

function readSource(file: string): Source {
  let text: string;
  try {
    if (statSync(file).size > FILE_BYTES_MAX) {
      return failed(file, null, "is too large for a configuration", "name a YAML file below 1MiB");
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return failed(file, null, `cannot be read (${code})`, "name a file that can be read");
  }
  return parseSource(file, text);
}

function parseSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const remedy = "mind indentation, quotes and doubled keys";
    const problems = document.errors.map((error) => {
      const { line } = lines.linePos(error.pos[0]);
      // The first line only: what follows quotes the file, and a file may hold secrets.
      const reason = error.message.split("\n", 1)[0] ?? "";
      return problemOf(file, line, `is not valid YAML (${reason})`, remedy);
    });
    return { ...EMPTY_SOURCE, problems };
  }
  let raw: unknown;
  try {
    raw = document.toJS() ?? {};
  } catch {
    return failed(file, null, "is not valid YAML (too many aliases)", "write it without anchors");
  }
  if (!isRecord(raw)) {
    return failed(file, 1, "holds no keys", "begin with a key such as `inputs:`");
  }
  return { raw, problems: [], lineOf: (path) => lineOf(document, lines, path) };
}

/** The line of a key or item; where it is missing, that of what it is missing from. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = isRecord(node) ? node["range"] : undefined;
    if (Array.isArray(range)) return lines.linePos(Number(range[0])).line;
  }
  return null;
}

function failed(file: string, line: number | null, problem: string, remedy: string): Source {
  return { ...EMPTY_SOURCE, problems: [problemOf(file, line, problem, remedy)] };
}

function problemOf(source: string, line: number | null, problem: string, remedy: string): Problem {
  return { source, line, path: "", value: null, problem, remedy };
}

function locate(
  finding: Finding,
  overrides: Overrides,
  file: string | null,
  source: Source,
): Problem {
  const variable = overriderOf(finding.path, overrides.sources);
  return {
    source: variable ?? file,
    line: variable === null ? source.lineOf(finding.path) : null,
    path: formatPath(finding.path),
    value: visibleValue(finding, overrides.raw),
    problem: finding.problem,
    remedy: finding.remedy,
  };
}

function overriderOf(
  path: readonly (string | number)[],
  sources: ReadonlyMap<string, string>,
): string | null {
  for (let length = path.length; length > 0; length--) {
    const variable = sources.get(path.slice(0, length).join("/"));
    if (variable !== undefined) return variable;
  }
  return null;
}

/** Secrets, unknown keys (perhaps a secret with a slip in its name) and groups show no value. */
function visibleValue(finding: Finding, raw: unknown): string | null {
  const value = valueAt(raw, finding.path);
  if (variantsAt(configSchema, raw, finding.path) !== null) return formatValue(value);
  const schema = schemaAt(configSchema, raw, finding.path);
  if (schema === null || holdsGroups(value) || finding.hidden === true) return null;
  return unwrap(schema).meta.kind === "secret" ? null : formatValue(value);
}

function holdsGroups(value: unknown): boolean {
  return isRecord(value) || (Array.isArray(value) && value.some(holdsGroups));
}

/** Paths in a file are relative to it; those of defaults and environment, to where we are. */
function resolvePaths(schema: z.core.$ZodType, value: unknown, folder: string): unknown {
  if (typeof value === "string") {
    const isPath = unwrap(schema).meta.kind === "path";
    return isPath && value !== "" && !isAbsolute(value) ? join(folder, value) : value;
  }
  const item = itemOf(schema);
  if (Array.isArray(value)) {
    return item === null ? value : value.map((inner) => resolvePaths(item, inner, folder));
  }
  const shape = shapeFor(schema, value);
  if (!isRecord(value) || shape === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return [key, field === undefined ? inner : resolvePaths(field, inner, folder)];
  });
  return Object.fromEntries(entries);
}

function readSecret(path: string): string {
  return readFileSync(path, "utf8");
}
