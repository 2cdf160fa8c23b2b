import { assert } from "../lib/domain/assert.ts";

const RESERVED = 255;

/**
 * Who may be hot when. Time is cut into bins as long as the rule's window, and a host that is hot
 * from a to b takes a place in every bin of [a, b + window), where it counts. So no second ever has
 * more background hosts than its bin has places, and a reserved bin has none.
 */
export class Calendar {
  readonly #from: number;
  readonly #binSeconds: number;
  readonly #binsPerSite: number;
  readonly #taken: Uint8Array;
  #reserved = 0;

  constructor(sites: number, from: number, to: number, binSeconds: number) {
    this.#from = from;
    this.#binSeconds = binSeconds;
    // Four more: what is hot in the last second still counts, and keeps its distance, after it.
    this.#binsPerSite = Math.ceil((to - from + 1) / binSeconds) + 4;
    this.#taken = new Uint8Array(sites * this.#binsPerSite);
  }

  get reservedShare(): number {
    return this.#reserved / this.#taken.length;
  }

  /** Takes all bins of [from, to] for one scenario; false when any of them is taken. */
  reserve(sites: readonly number[], from: number, to: number): boolean {
    if (!sites.every((site) => this.#fullest(site, from, to) === 0)) return false;
    for (const site of sites) {
      const [first, last] = this.#bins(site, from, to);
      this.#taken.fill(RESERVED, first, last + 1);
      this.#reserved += last + 1 - first;
    }
    return true;
  }

  /** Gives back what reserve took, when the scenario turned out not to fit. */
  release(sites: readonly number[], from: number, to: number): void {
    for (const site of sites) {
      const [first, last] = this.#bins(site, from, to);
      this.#taken.fill(0, first, last + 1);
      this.#reserved -= last + 1 - first;
    }
  }

  /** Takes one of `places` in every bin where a host hot in [from, to] counts. */
  occupy(site: number, from: number, to: number, places: number): boolean {
    const until = to + this.#binSeconds - 1;
    if (this.#fullest(site, from, until) >= places) return false;
    const [first, last] = this.#bins(site, from, until);
    for (let bin = first; bin <= last; bin += 1) this.#taken[bin] = (this.#taken[bin] ?? 0) + 1;
    return true;
  }

  #fullest(site: number, from: number, to: number): number {
    const [first, last] = this.#bins(site, from, to);
    let most = 0;
    for (let bin = first; bin <= last; bin += 1) most = Math.max(most, this.#taken[bin] ?? 0);
    return most;
  }

  #bins(site: number, from: number, to: number): [number, number] {
    const first = Math.max(0, Math.floor((from - this.#from) / this.#binSeconds));
    const last = Math.floor((to - this.#from) / this.#binSeconds);
    assert(last < this.#binsPerSite, "nothing is planned beyond the end of the log");
    return [site * this.#binsPerSite + first, site * this.#binsPerSite + last];
  }
}
