import { kindOfNumber } from "../../../lib/domain/kernel-counters.ts";
import { fittingCount, type NamedCount, readCount } from "../../../lib/domain/named-number.ts";
import { MAX_SAMPLE_NAMES } from "../core/limits.ts";

/** Collectors write counters as floating-point numbers, too; this is beyond any of a kernel. */
const TOO_LARGE = 2 ** 64;

/** Numbers of a sample as they are read; one that cannot be believed makes all of it faulty. */
export class SampleNumbers {
  readonly counters: NamedCount[] = [];
  readonly gauges: NamedCount[] = [];
  isFaulty = false;

  get isEmpty(): boolean {
    return this.counters.length + this.gauges.length === 0;
  }

  /** A number under the kernel's name, as a counter or as what else it is. */
  add(name: string, value: unknown): void {
    switch (kindOfNumber(name)) {
      case "constant":
        return;
      case "gauge":
        return this.addGauge(name, value);
      case "counter":
        return this.#put(this.counters, name, value);
    }
  }

  addGauge(name: string, value: unknown): void {
    this.#put(this.gauges, name, value);
  }

  /** What a collector has already made a rate of: nobody can make a counter of it again. */
  addRate(name: string, perSecond: unknown): void {
    const rate = Math.abs(Number(perSecond));
    this.#put(this.gauges, `perSecond.${name}`, Math.round(rate));
  }

  #put(to: NamedCount[], name: string, value: unknown): void {
    const count = wholeNumber(value);
    if (count === null || to.length >= MAX_SAMPLE_NAMES) this.isFaulty = true;
    else to.push({ name, value: count });
  }
}

/** A whole number from 0 to 2^64 - 1 in any spelling: `98113207`, `9.8113207e+07`; else null. */
export function wholeNumber(value: unknown): number | string | null {
  if (typeof value === "bigint") return fittingCount(value);
  if (typeof value === "string") {
    return readCount(value) ?? (value.trim() === "" ? null : wholeNumber(Number(value)));
  }
  if (typeof value !== "number" || !Number.isInteger(value)) return null;
  return value >= 0 && value < TOO_LARGE ? fittingCount(BigInt(value)) : null;
}
