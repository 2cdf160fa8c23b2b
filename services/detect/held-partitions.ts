import type { Position, TopicPartition } from "../../lib/stream/stream.ts";

/** A fold of one partition, and where it goes on. */
interface Folded {
  nextOffset: number;
}

/**
 * What this process folds, by partition. A rebalance takes all of it and mostly gives it back: what
 * comes back at once goes on as it is, because a state is a function of the partition up to its
 * offset, whoever else has folded it meanwhile.
 */
export class HeldPartitions<Held extends Folded> {
  readonly #held = new Map<number, Held>();
  readonly #parked = new Map<number, Held>();

  get(partition: number): Held | undefined {
    return this.#held.get(partition);
  }

  /** Where to read on in each; `load` makes what is not at hand. */
  async assign(
    partitions: readonly TopicPartition[],
    load: (at: TopicPartition) => Promise<Held>,
  ): Promise<readonly Position[]> {
    const positions: Position[] = [];
    for (const at of partitions) {
      const held = this.#parked.get(at.partition) ?? (await load(at));
      this.#held.set(at.partition, held);
      positions.push({ ...at, offset: held.nextOffset });
    }
    this.#parked.clear();
    return positions;
  }

  revoke(partitions: readonly TopicPartition[]): void {
    for (const { partition } of partitions) {
      const held = this.#held.get(partition);
      if (held !== undefined) this.#parked.set(partition, held);
      this.#held.delete(partition);
    }
  }
}
