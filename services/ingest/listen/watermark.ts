/** Numbered work that ends out of order: up to where all of it has ended. */
export class Watermark {
  readonly #first: number;
  #issued: number;
  #reached: number;
  /** Ended before something with a smaller number did. */
  readonly #early = new Set<number>();

  constructor(first = 0) {
    this.#first = first;
    this.#issued = first;
    this.#reached = first;
  }

  /** The number that comes next; everything below it has been given out. */
  get issued(): number {
    return this.#issued;
  }

  /** Everything below has ended. */
  get reached(): number {
    return this.#reached;
  }

  next(): number {
    return this.#issued++;
  }

  done(number: number): void {
    this.#early.add(number);
    while (this.#early.delete(this.#reached)) this.#reached += 1;
  }

  /** Never for a number that was not given out here. */
  isDone(number: number): boolean {
    return number >= this.#first && (number < this.#reached || this.#early.has(number));
  }
}
