import type { LineBatch } from "../../lib/domain/line-batch.ts";
import { utcZone, type Zone } from "../../lib/domain/zone.ts";
import { zoneOf } from "../../lib/process/zone.ts";
import { LIMITS } from "./limits.ts";

/**
 * In which zone the times of a batch are that carry none: the one that came with it, for a relay
 * knows its senders; else that of the configured input of its name; else UTC.
 */
export class BatchZones {
  readonly #configured: ReadonlyMap<string, Zone>;
  /** Null where this machine knows no zone of that name. */
  readonly #named = new Map<string, Zone | null>();

  constructor(configured: ReadonlyMap<string, Zone>) {
    this.#configured = configured;
  }

  of({ zone: name, input }: Pick<LineBatch, "zone" | "input">): Zone {
    const named = name === undefined ? null : this.#namedZone(name);
    return named ?? this.#configured.get(input) ?? utcZone;
  }

  #namedZone(name: string): Zone | null {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    if (this.#named.size >= LIMITS.zoneNamesMax) this.#named.clear();
    const zone = zoneNamed(name);
    this.#named.set(name, zone);
    return zone;
  }
}

function zoneNamed(name: string): Zone | null {
  try {
    return zoneOf(name);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
