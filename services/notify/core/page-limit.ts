import { LIMITS } from "../limits.ts";

/** Pages per minute to one sink: so many in any minute, and one digest of what is beyond. */
export class PageLimit {
  readonly #perMinute: number;
  #pagedAtMs: number[] = [];
  #digestAtMs = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  hasRoom(nowMs: number): boolean {
    this.#pagedAtMs = this.#pagedAtMs.filter((atMs) => atMs > nowMs - LIMITS.pageWindowMs);
    return this.#pagedAtMs.length < this.#perMinute;
  }

  paged(nowMs: number): void {
    this.#pagedAtMs.push(nowMs);
  }

  /**
   * When what is held since `heldSinceMs` goes as one: a minute gathers, and a minute separates.
   */
  digestDueMs(heldSinceMs: number): number {
    return Math.max(heldSinceMs, this.#digestAtMs) + LIMITS.pageWindowMs;
  }

  digested(nowMs: number): void {
    this.#digestAtMs = nowMs;
  }
}
