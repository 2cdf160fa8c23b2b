import { LIMITS } from "../limits.ts";

/** A token bucket for single notifications, so that a target is not flooded after an outage. */
export class Allowance {
  #tokens: number = LIMITS.burstMax;
  #filledAtMs = Number.NaN;

  /** When the next may be sent: `nowMs` or later. */
  readyAtMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#tokens >= 1 ? nowMs : this.#filledAtMs + LIMITS.refillEveryMs;
  }

  take(nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  /** After an outage there is no burst. */
  empty(nowMs: number): void {
    this.#tokens = 1;
    this.#filledAtMs = nowMs;
  }

  #fill(nowMs: number): void {
    if (Number.isNaN(this.#filledAtMs)) this.#filledAtMs = nowMs;
    const more = Math.floor((nowMs - this.#filledAtMs) / LIMITS.refillEveryMs);
    if (more <= 0) return;
    this.#tokens = Math.min(LIMITS.burstMax, this.#tokens + more);
    this.#filledAtMs += more * LIMITS.refillEveryMs;
  }
}
