import type { FactBatch } from "../lib/domain/fact-batch.ts";

/** What a replay drives: a detector, or several. */
export interface FactFold {
  fold(batch: FactBatch, from: number, to: number): void;
  settle(logTimeMs: number): void;
  /** Log time between two looks that misses no incident while it is open. */
  readonly lookEverySeconds: number;
  /** The second of log time in which something falls due that no fact brings. */
  dueSecond(): number;
  finish(): void;
}

/** Several folds of the same facts in one pass; none sees what another one makes of them. */
export function sideBySide(folds: readonly FactFold[]): FactFold {
  return {
    fold: (batch, from, to) => folds.forEach((one) => one.fold(batch, from, to)),
    settle: (logTimeMs) => folds.forEach((one) => one.settle(logTimeMs)),
    lookEverySeconds: Math.min(...folds.map((one) => one.lookEverySeconds)),
    dueSecond: () => Math.min(...folds.map((one) => one.dueSecond())),
    finish: () => folds.forEach((one) => one.finish()),
  };
}
