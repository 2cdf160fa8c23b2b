/** Pauses between attempts, doubling up to a ceiling. */
export class Patience {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;
  #attempt = 1;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#nextMs = firstMs;
  }

  /** The attempt at hand, from 1. */
  get attempt(): number {
    return this.#attempt;
  }

  /** The attempt at hand has failed: the pause before the next one. */
  next(): number {
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, this.#longestMs);
    this.#attempt += 1;
    return pauseMs;
  }

  /** An attempt went well, so what fails from here on is new. */
  renew(): void {
    this.#nextMs = this.#firstMs;
    this.#attempt = 1;
  }
}
