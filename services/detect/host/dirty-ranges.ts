/**
 * Which numbered things changed since the last flush, between which seconds, by how many late
 * facts.
 */
export class DirtyRanges {
  readonly #list: number[] = [];
  #from = new Float64Array(256).fill(Number.POSITIVE_INFINITY);
  #to = new Float64Array(256);
  #late = new Float64Array(256);

  mark(number: number, fromSecond: number, toSecond: number, late: number): void {
    if (number >= this.#from.length) this.#grow(number);
    this.#late[number]! += late;
    const from = this.#from[number]!;
    if (from === Number.POSITIVE_INFINITY) {
      this.#list.push(number);
      this.#from[number] = fromSecond;
      this.#to[number] = toSecond;
      return;
    }
    if (fromSecond < from) this.#from[number] = fromSecond;
    if (toSecond > this.#to[number]!) this.#to[number] = toSecond;
  }

  /** Hands every range over once and forgets it. */
  drain(take: (number: number, fromSecond: number, toSecond: number, late: number) => void): void {
    for (const number of this.#list) {
      take(number, this.#from[number]!, this.#to[number]!, this.#late[number]!);
      this.#from[number] = Number.POSITIVE_INFINITY;
      this.#late[number] = 0;
    }
    this.#list.length = 0;
  }

  #grow(number: number): void {
    const length = Math.max(this.#from.length * 2, number + 1);
    const from = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
    from.set(this.#from);
    const to = new Float64Array(length);
    to.set(this.#to);
    const late = new Float64Array(length);
    late.set(this.#late);
    this.#from = from;
    this.#to = to;
    this.#late = late;
  }
}
