import { GAUGES, type Gauge } from "../lib/domain/gauge.ts";
import { assert } from "../lib/domain/assert.ts";

/** In LineTable.gauges: not a limit line; `offered` then holds the detail its text is made from. */
export const NOISE = 255;

const ALLOWED_MAX = 65_535;

/** Every line of a simulated log as columns, 15 bytes each, in the order of planning. */
export class LineTable {
  readonly seconds: Uint32Array;
  readonly hosts: Uint32Array;
  /** Index into GAUGES, or NOISE. */
  readonly gauges: Uint8Array;
  readonly offered: Uint32Array;
  readonly allowed: Uint16Array;
  length = 0;

  constructor(capacity: number) {
    this.seconds = new Uint32Array(capacity);
    this.hosts = new Uint32Array(capacity);
    this.gauges = new Uint8Array(capacity);
    this.offered = new Uint32Array(capacity);
    this.allowed = new Uint16Array(capacity);
  }

  addLimit(second: number, host: number, gauge: Gauge, offered: number, allowed: number): void {
    assert(allowed <= ALLOWED_MAX, "a simulated cap fits 16 bits");
    this.#add(second, host, GAUGES.indexOf(gauge), offered, allowed);
  }

  addNoise(second: number, host: number, detail: number): void {
    this.#add(second, host, NOISE, detail, 0);
  }

  /** The same line once more, as when a shipper sends again what it was not sure of. */
  addRepeat(index: number): void {
    this.#add(
      this.seconds[index] ?? 0,
      this.hosts[index] ?? 0,
      this.gauges[index] ?? 0,
      this.offered[index] ?? 0,
      this.allowed[index] ?? 0,
    );
  }

  /** Null for a line that is none of the limiter's. */
  gaugeAt(index: number): Gauge | null {
    return GAUGES[this.gauges[index] ?? NOISE] ?? null;
  }

  #add(second: number, host: number, gauge: number, offered: number, allowed: number): void {
    const index = this.length;
    assert(index < this.seconds.length, "a line table is never filled beyond its capacity");
    this.seconds[index] = second;
    this.hosts[index] = host;
    this.gauges[index] = gauge;
    this.offered[index] = offered;
    this.allowed[index] = allowed;
    this.length = index + 1;
  }
}
