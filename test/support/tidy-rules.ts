import type { SourceFile } from "./source-tree.ts";

/** What is wrong with a file, as sentences that say what to do instead; empty when it is tidy. */
export type TidyRule = (file: SourceFile) => string[];

/** limits.ts too: it is nothing but numbers and their reasons. */
const PURE =
  /^services\/([a-z]+)\/(?:(?:core|parse|envelopes|formats|host|scope|rules)\/|limits\.ts$)/;
const CATCH_ALL = new Set(["utils", "helpers", "types", "common", "index", "misc", "shared"]);
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.bench|\.config)?\.ts$/;
/** The classes of one letter keep this line from finding itself. */
const REMINDER = /\b(T[O]DO|FIX[M]E|X{3}|HAC[K])\b/;
const SKIPS = /\.(only|skip|skipIf|runIf|todo)\b\s*[(.`]/;
const DURATION_WORDS =
  "[tT]imeout|[iI]nterval|[dD]elay|[dD]uration|[eE]lapsed|[dD]eadline|[lL]atency";
const NO_UNIT = new RegExp(`\\b(\\w*(?:${DURATION_WORDS}|[tT]tl|[bB]ackoff))\\??: number\\b`);
const SIM_USERS = ["sim/", "test/", "bench/", "cli/demo", "cli/simulate", "cli/score"];

export const MAX_COLUMNS = 100;
export const MAX_FILE_LINES = 400;

function isCode(file: SourceFile): boolean {
  return file.path.endsWith(".ts");
}

function eachLine(file: SourceFile, check: (line: string) => string | null): string[] {
  const found: string[] = [];
  for (const [index, line] of file.lines.entries()) {
    const problem = check(line);
    if (problem !== null) found.push(`${file.path}:${index + 1}: ${problem}`);
  }
  return found;
}

function eachImport(file: SourceFile, check: (target: string) => string | null): string[] {
  return file.imports.flatMap((target) => {
    const problem = check(target);
    return problem === null ? [] : [`${file.path}: ${problem}`];
  });
}

export const directions: TidyRule = (file) => {
  const service = /^services\/([a-z]+)\//.exec(file.path)?.[1];
  return eachImport(file, (target) => {
    const other = /^services\/([a-z]+)\//.exec(target)?.[1];
    if (service !== undefined && other !== undefined && other !== service) {
      return `imports service ${other}; services meet in schemas/ and lib/wire/topics.ts`;
    }
    if (file.path.startsWith("lib/") && /^(services|offline|cli|sim|bench|test)\//.test(target)) {
      return `lib imports ${target}; take it as an argument, or move the shared part into lib/`;
    }
    if (service !== undefined && /^(offline|cli|bench|test)\//.test(target)) {
      return `a service imports ${target}; take it as an argument, or move the part into lib/`;
    }
    if (target.startsWith("sim/") && !SIM_USERS.some((user) => file.path.startsWith(user))) {
      return `imports ${target}; only demo, simulate, score, tests and bench use sim`;
    }
    return null;
  });
};

export const pureFolders: TidyRule = (file) => {
  const domain = file.path.startsWith("lib/domain/");
  const service = PURE.exec(file.path)?.[1];
  if (!domain && service === undefined) return [];
  return eachImport(file, (target) => {
    if (target.startsWith("lib/domain/")) return null;
    if (!domain && PURE.exec(target)?.[1] === service) return null;
    return `a pure folder imports ${target}; import lib/domain or a pure sibling, or take a value`;
  });
};

export const names: TidyRule = (file) => {
  if (!isCode(file)) return [];
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const stem = name.slice(0, name.indexOf("."));
  if (CATCH_ALL.has(stem)) {
    return [`${file.path}: a catch-all name; name the file after the one thing it exports`];
  }
  if (KEBAB.test(name)) return [];
  return [`${file.path}: file names are kebab-case, like limit-line.ts`];
};

export const sizes: TidyRule = (file) => {
  if (!isCode(file)) return [];
  const wide = eachLine(file, (line) =>
    line.length > MAX_COLUMNS ? `${line.length} columns; break it at ${MAX_COLUMNS}` : null,
  );
  const count = file.lines.length - 1;
  if (count > MAX_FILE_LINES) {
    wide.push(`${file.path}: ${count} lines; split it by what changes together (guide: 250)`);
  }
  return wide;
};

export const reminders: TidyRule = (file) =>
  eachLine(file, (line) =>
    REMINDER.test(line) ? "a leftover reminder; do it now, or open an issue" : null,
  );

export const skips: TidyRule = (file) => {
  if (!file.path.startsWith("test/") || file.path === "test/support/skip-visibly.ts") return [];
  return eachLine(file, (line) =>
    SKIPS.test(line) ? "a silent skip; use skipVisibly(context, reason) of test/support" : null,
  );
};

export const units: TidyRule = (file) => {
  if (!isCode(file)) return [];
  return eachLine(file, (line) => {
    const name = NO_UNIT.exec(line)?.[1];
    return name === undefined ? null : `${name} has no unit; end it in Ms, Seconds or Hours`;
  });
};
