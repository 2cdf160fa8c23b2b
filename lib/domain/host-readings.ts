import { countRemainder, type NamedCount } from "./named-number.ts";

/** What a number of a reading is; the index is the wire value, never reorder. */
export const NUMBER_KINDS = ["counter", "gauge", "posture"] as const;

export interface NumberName {
  /** Index into NUMBER_KINDS. */
  readonly kind: number;
  /** As the kernel calls it: `Tcp.OutRsts`, `tcp.syncache.dropped`. */
  readonly name: string;
}

/**
 * Counters of hosts, each read at one time, by columns. Whose they are and when they were read is
 * said by the row that a reading belongs to: an observation of kind `sample`, or its fact.
 *
 * A counter is its value modulo 2^52 (lib/domain/named-number.ts), so that one number holds it;
 * 2^52 divides 2^64, so what a counter grew by is exact, also across a wrap.
 */
export interface HostReadings {
  /** Dictionary that `name` points into. */
  readonly names: readonly NumberName[];
  /** Dictionary that `boot`, `os` and `sampler` point into. */
  readonly labels: readonly string[];
  /** One entry per reading, as in the four columns below it; rows ascend. */
  readonly row: ArrayLike<number>;
  /** What the boot is called; -1 where the system has no name for it. */
  readonly boot: ArrayLike<number>;
  /** -1 where nothing says so. */
  readonly os: ArrayLike<number>;
  /** Who read the counters, as `input/shipper`: two on one host are told apart by it. */
  readonly sampler: ArrayLike<number>;
  /** Since the boot; -1 where it is not known. */
  readonly uptimeSeconds: ArrayLike<number>;
  /** Where the numbers of a reading end; they begin where those of the one before end. */
  readonly end: ArrayLike<number>;
  /** One entry per number of all readings. */
  readonly name: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/** One reading on its way into columns. */
export interface HostReading {
  readonly boot: string | null;
  readonly os: string | null;
  readonly sampler: string;
  readonly uptimeSeconds: number | null;
  readonly counters: readonly NamedCount[];
  readonly gauges: readonly NamedCount[];
  readonly posture: readonly NamedCount[];
}

const NONE = -1;
const COUNTER = NUMBER_KINDS.indexOf("counter");
const GAUGE = NUMBER_KINDS.indexOf("gauge");
const POSTURE = NUMBER_KINDS.indexOf("posture");

/** Readings as they are collected. */
export class ReadingColumns implements HostReadings {
  readonly names: NumberName[] = [];
  readonly labels: string[] = [];
  readonly row: number[] = [];
  readonly boot: number[] = [];
  readonly os: number[] = [];
  readonly sampler: number[] = [];
  readonly uptimeSeconds: number[] = [];
  readonly end: number[] = [];
  readonly name: number[] = [];
  readonly value: number[] = [];
  readonly #labelIndex = new Map<string, number>();
  /** By kind. */
  readonly #nameIndex = NUMBER_KINDS.map(() => new Map<string, number>());
  #textLength = 0;

  /** Characters of all names and labels. */
  get textLength(): number {
    return this.#textLength;
  }

  /** Rows must ascend. */
  add(row: number, reading: HostReading): void {
    const { boot, os, sampler, uptimeSeconds, counters, gauges, posture } = reading;
    this.row.push(row);
    this.boot.push(boot === null ? NONE : this.#label(boot));
    this.os.push(os === null ? NONE : this.#label(os));
    this.sampler.push(this.#label(sampler));
    this.uptimeSeconds.push(uptimeSeconds ?? NONE);
    this.#addAll(COUNTER, counters);
    this.#addAll(GAUGE, gauges);
    this.#addAll(POSTURE, posture);
    this.end.push(this.value.length);
  }

  #addAll(kind: number, numbers: readonly NamedCount[]): void {
    const index = this.#nameIndex[kind]!;
    for (const { name, value } of numbers) {
      let at = index.get(name);
      if (at === undefined) {
        at = this.names.push({ kind, name }) - 1;
        index.set(name, at);
        this.#textLength += name.length;
      }
      this.name.push(at);
      this.value.push(countRemainder(value));
    }
  }

  #label(label: string): number {
    const known = this.#labelIndex.get(label);
    if (known !== undefined) return known;
    this.#labelIndex.set(label, this.labels.length);
    this.#textLength += label.length;
    return this.labels.push(label) - 1;
  }
}

/** Of a batch without samples. */
export const NO_READINGS: HostReadings = new ReadingColumns();
