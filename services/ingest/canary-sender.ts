import type { CanaryTrail } from "../../lib/process/canary-trail.ts";
import type { Clock } from "../../lib/process/clock.ts";
import { CANARY_EVERY_MS } from "../../lib/process/limits.ts";
import type { Part } from "../../lib/process/parts.ts";
import type { Input } from "./listen/input.ts";

/** Sends a line of our own into every input, behind its reader, again and again. */
export class CanarySender implements Part {
  readonly name = "canaries";
  readonly #inputs: readonly Input[];
  readonly #trail: CanaryTrail;
  readonly #clock: Clock;
  #cancel: () => void = () => {};

  constructor(inputs: readonly Input[], trail: CanaryTrail, clock: Clock) {
    this.#inputs = inputs;
    this.#trail = trail;
    this.#clock = clock;
  }

  start(): void {
    for (const input of this.#inputs) {
      const canary = { input: input.name, sentMs: this.#clock.nowMs() };
      this.#trail.sent(canary);
      input.inject(canary, () => this.#trail.passed("input", canary));
    }
    this.#cancel = this.#clock.after(CANARY_EVERY_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }
}
