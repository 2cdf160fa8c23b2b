import { PatternReader } from "./pattern-reader.ts";

export interface PatternFault {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Repeats in a row that can all take the same character: n of them try a name of 253 characters in
 * about 253^n ways. Three are some milliseconds, four are seconds.
 */
const CHAIN_MAX = 3;

const ASCII_FIRST = 0x20;
const ASCII_LAST = 0x7e;

/**
 * Why a scope's pattern cannot be used; null when it can. Whoever controls a host name controls the
 * text that it runs on, so one that can backtrack without end is refused, sometimes too carefully.
 */
export function findPatternFault(pattern: string): PatternFault | null {
  const compileProblem = compile(pattern);
  if (compileProblem !== null) {
    return { problem: compileProblem, remedy: 'write one such as "^([a-z0-9]+)-"' };
  }
  if ((new RegExp(`${pattern}|`).exec("")?.length ?? 0) < 2) {
    return {
      problem: "has no capture group, so it gives a host no value",
      remedy: 'put the part that names the scope in parentheses, as in "^([a-z0-9]+)-"',
    };
  }
  let longest = 0;
  for (let code = ASCII_FIRST; code <= ASCII_LAST; code++) {
    const reader = new PatternReader(pattern, String.fromCharCode(code));
    const chain = reader.longestChain();
    if (reader.fault() !== null) return unsafe(reader.fault());
    longest = Math.max(longest, chain);
  }
  const searched = pattern.startsWith("^") ? 0 : 1;
  if (longest + searched <= CHAIN_MAX) return null;
  return unsafe("has too many repeats that take the same characters");
}

function unsafe(problem: string | null): PatternFault {
  return {
    problem: `${problem}: a hostile host name could keep it busy without end`,
    remedy: "start it with ^, and let each repeat stop at a character of its own, as in [a-z0-9]+-",
  };
}

function compile(pattern: string): string | null {
  try {
    return new RegExp(pattern) instanceof RegExp ? null : "";
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(": ").at(-1) ?? "") : "";
    return `is not a regular expression (${reason.toLowerCase()})`;
  }
}
