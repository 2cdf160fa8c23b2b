import { LIMITS } from "../limits.ts";
import { probeMs } from "./retry-policy.ts";

export type HealthState = "up" | "down" | "disabled";

/** What the answers of one sink say about it. Times are the lane's own, which never step back. */
export class SinkHealth {
  #state: HealthState = "up";
  #failures = 0;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  get state(): HealthState {
    return this.#state;
  }

  /** Nothing is sent before this; infinite when it is disabled. */
  get quietUntilMs(): number {
    return this.#state === "disabled" ? Number.POSITIVE_INFINITY : this.#quietUntilMs;
  }

  /** True when it was down until now. */
  succeeded(): boolean {
    const wasDown = this.#state === "down";
    this.#state = "up";
    this.#failures = 0;
    return wasDown;
  }

  /** A target that says when to come back is not down, it is busy; `chance` in [0, 1). */
  failed(nowMs: number, waitMs: number | null, chance: number): { readonly wentDown: boolean } {
    if (waitMs !== null && this.#state === "up") {
      this.#quietUntilMs = Math.max(this.#quietUntilMs, nowMs + waitMs);
      return { wentDown: false };
    }
    this.#failures++;
    if (this.#failures < LIMITS.failuresUntilDown) return { wentDown: false };
    const wentDown = this.#state !== "down";
    this.#state = "down";
    this.#quietUntilMs = nowMs + Math.max(probeMs(chance), waitMs ?? 0);
    return { wentDown };
  }

  disable(): void {
    this.#state = "disabled";
  }
}
