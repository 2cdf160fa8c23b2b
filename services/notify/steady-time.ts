import type { Clock } from "../../lib/process/clock.ts";

/** Time that stands still when the machine's clock is set back, so that nothing waits longer. */
export class SteadyTime {
  readonly #clock: Clock;
  #lastMs: number;
  #behindMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.nowMs();
  }

  nowMs(): number {
    const wallMs = this.#clock.nowMs();
    if (wallMs < this.#lastMs) this.#behindMs += this.#lastMs - wallMs;
    this.#lastMs = wallMs;
    return wallMs + this.#behindMs;
  }
}
