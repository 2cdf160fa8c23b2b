import type { Random } from "../../lib/process/random.ts";
import { drawCount } from "./chance.ts";
import { KERNEL_COUNTERS } from "./kernel-counters.ts";
import { waveAt, type MeasuredHost } from "./measured-fleet.ts";
import type { PressureKind } from "./pressure.ts";

/** What the kernel of one host has counted since it booted. */
export class HostCounts {
  readonly #host: MeasuredHost;
  readonly #counts: number[];
  #second: number;
  #boot = 1;
  #bootSecond: number;

  /** `second` is when somebody began to look, and `bootSecond` when it booted, before that. */
  constructor(host: MeasuredHost, second: number, bootSecond: number) {
    this.#host = host;
    this.#second = second;
    this.#bootSecond = bootSecond;
    const days = (second - bootSecond) / 86_400;
    this.#counts = KERNEL_COUNTERS[host.os].map(({ share }) =>
      Math.round(share * host.level * 86_400 * days),
    );
  }

  get boot(): number {
    return this.#boot;
  }

  uptimeSeconds(second: number): number {
    return second - this.#bootSecond;
  }

  /** So many packets of a kind, at once. */
  add(kind: PressureKind, packets: number): void {
    KERNEL_COUNTERS[this.#host.os].forEach(({ kinds }, at) => {
      if (kinds.includes(kind)) this.#counts[at]! += packets;
    });
  }

  reboot(second: number): void {
    this.#counts.fill(0);
    this.#boot += 1;
    this.#bootSecond = second;
    this.#second = second;
  }

  /** What a sampler reads, what happened on ordinary days since the last time included. */
  read(random: Random, second: number): Record<string, number> {
    const { os, level } = this.#host;
    const seconds = second - this.#second;
    this.#second = second;
    const counters: Record<string, number> = {};
    KERNEL_COUNTERS[os].forEach(({ name, share }, at) => {
      const mean = share * level * waveAt(second) * seconds;
      if (mean > 0) this.#counts[at]! += drawCount(random, mean);
      counters[name] = this.#counts[at]!;
    });
    return counters;
  }
}
