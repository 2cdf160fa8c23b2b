import { performance } from "node:perf_hooks";

/** Whatever differs between two runs of one seed, and what to use instead. */
const FORBIDDEN: readonly (readonly [object, string, string])[] = [
  [Date, "now", "the Clock port"],
  [performance, "now", "the Clock port"],
  [process, "hrtime", "the Clock port"],
  [Math, "random", "the Random port"],
  [globalThis, "setTimeout", "Clock.after"],
  [globalThis, "setInterval", "Clock.after"],
  [globalThis, "fetch", "a Sink"],
];

/** Frames of the program, not of a test runner that shares the process. */
const OURS = /[/\\](?:services|lib)[/\\](?!process[/\\]clock)/;

/**
 * While it is stretched, code of the program that reads a clock, draws a number or starts a timer
 * of
 * the machine fails with its stack. The result takes it away.
 */
export function stretchTripwire(ours: RegExp = OURS): () => void {
  const undo = FORBIDDEN.map(([owner, name, instead]) => {
    const holder = owner as Record<string, (...given: unknown[]) => unknown>;
    const real = holder[name]!;
    const guard = function guard(this: unknown, ...given: unknown[]): unknown {
      const { stack = "" } = new Error("stack");
      // The caller is the second frame; what the runner does in between is its own.
      if (ours.test(stack.split("\n")[2] ?? "")) {
        throw new Error(`${name} in simulated code; use ${instead}`);
      }
      return real.apply(this, given);
    };
    holder[name] = Object.assign(guard, real);
    return () => void (holder[name] = real);
  });
  return () => undo.forEach((restore) => restore());
}
