import type { Heartbeat } from "../../../lib/domain/tally.ts";
import { LIMITS } from "../limits.ts";

export interface BehindState {
  readonly partitions: readonly string[];
  readonly sources: readonly (readonly [partition: number, sources: readonly string[]])[];
}

/**
 * What the counts do not hold yet: partitions of observations that have fallen silent, and sources
 * that the others miss. Known from the log alone.
 */
export class Behind {
  #partitions: readonly string[] = [];
  readonly #sources = new Map<number, readonly string[]>();
  #said = "";

  /** True where it is something else than before. */
  hear(heartbeat: Heartbeat, silentPartitions: readonly string[]): boolean {
    const { partition, missingSources } = heartbeat;
    if (missingSources.length > 0) this.#sources.set(partition, missingSources);
    else this.#sources.delete(partition);
    this.#partitions = silentPartitions;
    const said = this.sentences().join("\n");
    if (said === this.#said) return false;
    this.#said = said;
    return true;
  }

  /** For the coverage of an incident; empty when everything is up to date. */
  sentences(): string[] {
    const sentences: string[] = [];
    const partitions = named(this.#partitions);
    if (partitions !== null) {
      sentences.push(`hosts of observations partition ${partitions}: not counted since it lags`);
    }
    // What a silent partition missed when it was last heard says nothing of now.
    const silent = new Set(this.#partitions);
    const sources = new Set<string>();
    for (const [partition, names] of this.#sources) {
      if (!silent.has(String(partition))) for (const name of names) sources.add(name);
    }
    const missed = named([...sources].toSorted());
    if (missed !== null) sentences.push(`lines of ${missed}: not counted since it lags`);
    return sentences;
  }

  state(): BehindState {
    return { partitions: this.#partitions, sources: [...this.#sources] };
  }

  restore({ partitions, sources }: BehindState): void {
    this.#partitions = partitions;
    for (const [partition, names] of sources) this.#sources.set(partition, names);
    this.#said = this.sentences().join("\n");
  }
}

/** A list that a person reads to its end; null when it is empty. */
function named(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const { inputsNamedMax } = LIMITS;
  if (names.length <= inputsNamedMax) return names.join(", ");
  return `${names.slice(0, inputsNamedMax).join(", ")} and ${names.length - inputsNamedMax} more`;
}
