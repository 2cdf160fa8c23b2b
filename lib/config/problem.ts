/** One thing that is wrong with a configuration or an inventory: where, what, what to do. */
export interface Problem {
  /** The file, or the environment variable, that says it; null where a default does. */
  readonly source: string | null;
  /** Line in the file, from 1; null where it has none. */
  readonly line: number | null;
  /** `rules[1].within`; empty for the file as a whole. */
  readonly path: string;
  /** As found, shortened; null where nothing is there or where it is secret. */
  readonly value: string | null;
  readonly problem: string;
  readonly remedy: string;
}

/** What a check of one part knows; the loader adds source and line. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  readonly remedy: string;
  /** The value must not be shown. */
  readonly hidden?: boolean;
}

const VALUE_CHARS_MAX = 80;

export function formatPath(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

export function formatValue(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}…`;
}

/** `tidegauge.yaml:14: rules[1].within: "6 min" is not a duration`. */
export function formatProblem(problem: Problem): string {
  const place = problem.line === null ? problem.source : `${problem.source}:${problem.line}`;
  const parts = [place, problem.path].filter((part) => part !== null && part !== "");
  const said = problem.value === null ? problem.problem : `${problem.value} ${problem.problem}`;
  return [...parts, said].join(": ");
}

/** formatProblem with the remedy below it. */
export function describeProblem(problem: Problem): string {
  return `${formatProblem(problem)}\n  ${problem.remedy}`;
}
