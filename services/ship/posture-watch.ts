import type { NamedNumber } from "../../lib/domain/sample-batch.ts";
import { isSamePosture } from "./core/settings.ts";
import type { CounterReader } from "./counter-reader.ts";
import type { ShipEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";

export interface PostureWatchOptions {
  readonly source: string;
  readonly reader: Pick<CounterReader, "posture">;
  readonly events: Pick<ShipEvents, "postureUnread">;
}

/** When the settings of a host are worth sending: at first, when they changed, and each hour. */
export class PostureWatch {
  readonly #options: PostureWatchOptions;
  #known: readonly NamedNumber[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #sentMs = Number.NEGATIVE_INFINITY;

  constructor(options: PostureWatchOptions) {
    this.#options = options;
  }

  /** What to send with the sample of this time; nothing for most. */
  async due(nowMs: number): Promise<readonly NamedNumber[]> {
    if (!isOver(nowMs, this.#lookedMs, LIMITS.postureLookEveryMs)) return [];
    this.#lookedMs = nowMs;
    const { source, reader, events } = this.#options;
    let posture: readonly NamedNumber[];
    try {
      posture = await reader.posture();
    } catch (error) {
      events.postureUnread(source, error);
      return [];
    }
    const isDue = isOver(nowMs, this.#sentMs, LIMITS.postureSendEveryMs);
    if (!isDue && isSamePosture(posture, this.#known)) return [];
    this.#known = posture;
    this.#sentMs = nowMs;
    return posture;
  }
}

/** Also where the clock was set back. */
function isOver(nowMs: number, sinceMs: number, forMs: number): boolean {
  return nowMs - sinceMs >= forMs || nowMs < sinceMs;
}
