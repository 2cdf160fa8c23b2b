import type { Timing } from "./pairs.ts";

/** Wall and CPU time of this process between two moments: it runs from when it is made. */
export class Stopwatch {
  #cpu = process.cpuUsage();
  #sinceMs = performance.now();
  /** Up to the first end. */
  timing: Timing | null = null;

  begin(): void {
    this.#cpu = process.cpuUsage();
    this.#sinceMs = performance.now();
  }

  end(): Timing {
    const { user, system } = process.cpuUsage(this.#cpu);
    const wallSeconds = (performance.now() - this.#sinceMs) / 1_000;
    this.timing ??= { wallSeconds, cpuSeconds: (user + system) / 1e6 };
    return this.timing;
  }
}
