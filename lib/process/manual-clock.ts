import type { Clock } from "./clock.ts";

interface Timer {
  readonly dueMs: number;
  readonly number: number;
  readonly call: () => void;
}

/** A clock that stands still until it is moved; timers fire in order of their due time. */
export class ManualClock implements Clock {
  #nowMs: number;
  #timers: Timer[] = [];
  #count = 0;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, number: this.#count++, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Null when nothing waits. */
  nextDueMs(): number | null {
    return this.#next()?.dueMs ?? null;
  }

  /** Moves on by `byMs` and fires what falls due, each timer at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let timer = this.#next(); timer && timer.dueMs <= untilMs; timer = this.#next()) {
      const due = timer;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.call();
    }
    this.#nowMs = untilMs;
  }

  /** As when somebody corrects the machine's clock: timers keep their distance. */
  step(byMs: number): void {
    this.#nowMs += byMs;
    this.#timers = this.#timers.map((timer) => ({ ...timer, dueMs: timer.dueMs + byMs }));
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        first === undefined ||
        timer.dueMs < first.dueMs ||
        (timer.dueMs === first.dueMs && timer.number < first.number)
      ) {
        first = timer;
      }
    }
    return first;
  }
}
