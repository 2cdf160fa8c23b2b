import type { Clock } from "../../lib/process/clock.ts";

/** Wakes one waiter. A ring that nobody waits for is kept for the next one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Until it rings, or for `waitMs`, which may be infinite. */
  async wait(clock: Clock, waitMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const cancel = Number.isFinite(waitMs) ? clock.after(waitMs, resolve) : () => {};
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#rung = false;
    this.#wake = null;
  }
}
