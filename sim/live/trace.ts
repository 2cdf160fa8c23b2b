import { createHash, type Hash } from "node:crypto";
import { SECOND_MS } from "../../lib/domain/time.ts";
import type { Clock } from "../../lib/process/clock.ts";

/** Everything that happens in a run, one line each, and a hash of it all. */
export class Trace {
  readonly #hash: Hash = createHash("sha256");
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #onLine: ((line: string) => void) | undefined;
  events = 0;

  constructor(clock: Clock, onLine?: (line: string) => void) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#onLine = onLine;
  }

  /** `who` did or met `what`. */
  note(who: string, what: string): void {
    const seconds = (this.#clock.nowMs() - this.#startMs) / SECOND_MS;
    const line = `${seconds.toFixed(3).padStart(8)} ${who} ${what}`;
    this.events += 1;
    this.#hash.update(line).update("\n");
    this.#onLine?.(line);
  }

  /** Of every line so far; the trace takes no more of them. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
