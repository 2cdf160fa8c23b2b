import type { Timing } from "./pairs.ts";

/** Wall and CPU time of this process between two moments. */
export class Stopwatch {
  #cpu = process.cpuUsage();
  #sinceMs = performance.now();
  timing: Timing | null = null;

  begin(): void {
    this.#cpu = process.cpuUsage();
    this.#sinceMs = performance.now();
  }

  end(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const wallSeconds = (performance.now() - this.#sinceMs) / 1_000;
    this.timing ??= { wallSeconds, cpuSeconds: (user + system) / 1e6 };
  }
}
