import type { HostReadings } from "../../../lib/domain/host-readings.ts";
import { hashStep, NAME_HASH_SEED } from "../../../lib/domain/name-table.ts";

/**
 * Names of boots and samplers as 32 bits, which is enough to tell those of one host apart: a fleet
 * has as many boots as hosts, and nobody asks for their names again.
 */
export class LabelHashes {
  #readings: HostReadings | null = null;
  readonly #hashes: number[] = [];

  /** 0 where `label` is none. */
  of(readings: HostReadings, label: number): number {
    if (readings !== this.#readings) {
      this.#readings = readings;
      this.#hashes.length = 0;
    }
    for (let at = this.#hashes.length; at < readings.labels.length; at++) {
      this.#hashes.push(hashOf(readings.labels[at]!));
    }
    return label < 0 ? 0 : this.#hashes[label]!;
  }
}

/** Never 0, which stands for no name. */
function hashOf(label: string): number {
  let hash = NAME_HASH_SEED;
  for (let at = 0; at < label.length; at++) hash = hashStep(hash, label.charCodeAt(at));
  return hash >>> 0 || 1;
}
