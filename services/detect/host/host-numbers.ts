const UNKNOWN = -1;
/** What `of` answers for a host of another partition. */
export const FOREIGN = -2;

/**
 * Dense numbers for the hosts of one partition of several, in the order in which they are first
 * asked for: what is kept by host then has no gaps.
 */
export class HostNumbers {
  readonly #owns: (host: number) => boolean;
  #size = 0;
  #numberOf = new Int32Array(1_024).fill(UNKNOWN);
  #directoryId = new Int32Array(1_024);

  /** `owns` says which hosts are this partition's, by their directory id. */
  constructor(owns: (host: number) => boolean) {
    this.#owns = owns;
  }

  of(id: number): number {
    const known = id < this.#numberOf.length ? this.#numberOf[id]! : UNKNOWN;
    return known === UNKNOWN ? this.#learn(id) : known;
  }

  directoryId(number: number): number {
    return this.#directoryId[number]!;
  }

  #learn(id: number): number {
    if (id >= this.#numberOf.length) {
      const numberOf = new Int32Array(Math.max(this.#numberOf.length * 2, id + 1)).fill(UNKNOWN);
      numberOf.set(this.#numberOf);
      this.#numberOf = numberOf;
    }
    const number = this.#owns(id) ? this.#size++ : FOREIGN;
    this.#numberOf[id] = number;
    if (number === FOREIGN) return number;
    if (number >= this.#directoryId.length) {
      const directoryId = new Int32Array(this.#directoryId.length * 2);
      directoryId.set(this.#directoryId);
      this.#directoryId = directoryId;
    }
    this.#directoryId[number] = id;
    return number;
  }
}
