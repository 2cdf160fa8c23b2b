import { LIMITS } from "../limits.ts";
import { inheritLevels } from "./baseline.ts";
import {
  BOOT,
  BOOT_SECOND,
  COUNT,
  type CounterSeries,
  HOST,
  newestSample,
  NEXT,
  NO_SERIES,
  SAMPLER,
  SECOND,
} from "./counter-series.ts";

/** Uptime and the clock of a sample differ by less while it is the same boot. */
const SAME_BOOT_SECONDS = 120;

/** Who reads which boot. */
export interface SeriesKey {
  readonly sampler: number;
  /** 0 where the boot has no name. */
  readonly boot: number;
  /** When it booted, as the uptime says; 0 where that is not known, or not needed. */
  readonly bootSecond: number;
}

/** Which series each host has: one per sampler and boot. */
export class SeriesOfHosts {
  readonly #all: CounterSeries;
  /** By host, plus one. */
  #first = new Uint32Array(1_024);

  constructor(all: CounterSeries) {
    this.#all = all;
  }

  /** The series of that key, made where it is missing; NO_SERIES where there is no room. */
  find(host: number, key: SeriesKey): number {
    if (host >= this.#first.length) this.#grow(host);
    const all = this.#all;
    let count = 0;
    for (let series = this.#first[host]! - 1; series !== NO_SERIES; series = this.next(series)) {
      if (this.#isOf(series, key)) return series;
      count += 1;
    }
    if (count >= LIMITS.seriesPerHostMax) this.#dropStalest(host);
    if (all.live >= LIMITS.counterSeriesMax) return NO_SERIES;
    return this.#create(host, key);
  }

  has(host: number): boolean {
    return host < this.#first.length && this.#first[host] !== 0;
  }

  visit(host: number, visit: (series: number) => void): void {
    if (host >= this.#first.length) return;
    for (let series = this.#first[host]! - 1; series !== NO_SERIES; series = this.next(series)) {
      visit(series);
    }
  }

  next(series: number): number {
    return this.#all.words(series)[this.#all.base(series) + NEXT]! - 1;
  }

  #isOf(series: number, { sampler, boot, bootSecond }: SeriesKey): boolean {
    const words = this.#all.words(series);
    const base = this.#all.base(series);
    if (words[base + SAMPLER] !== sampler || words[base + BOOT] !== boot) return false;
    return boot !== 0 || Math.abs(words[base + BOOT_SECOND]! - bootSecond) <= SAME_BOOT_SECONDS;
  }

  /** One more series of a host, empty. */
  add(host: number): number {
    if (host >= this.#first.length) this.#grow(host);
    const all = this.#all;
    const series = all.create();
    const words = all.words(series);
    const base = all.base(series);
    words[base + HOST] = host;
    words[base + NEXT] = this.#first[host]!;
    this.#first[host] = series + 1;
    return series;
  }

  #create(host: number, { sampler, boot, bootSecond }: SeriesKey): number {
    const all = this.#all;
    const model = this.#freshest(host);
    const series = this.add(host);
    const words = all.words(series);
    const base = all.base(series);
    words[base + SAMPLER] = sampler;
    words[base + BOOT] = boot;
    words[base + BOOT_SECOND] = bootSecond;
    if (model !== NO_SERIES) inheritLevels(all, series, model);
    return series;
  }

  #freshest(host: number): number {
    let freshest = NO_SERIES;
    this.visit(host, (series) => {
      const isFresher = freshest === NO_SERIES || this.#newest(series) > this.#newest(freshest);
      if (isFresher) freshest = series;
    });
    return freshest;
  }

  #dropStalest(host: number): void {
    let stalest = NO_SERIES;
    this.visit(host, (series) => {
      const isStaler = stalest === NO_SERIES || this.#newest(series) < this.#newest(stalest);
      if (isStaler) stalest = series;
    });
    const all = this.#all;
    const link = this.next(stalest) + 1;
    if (this.#first[host] === stalest + 1) this.#first[host] = link;
    this.visit(host, (series) => {
      const next = all.base(series) + NEXT;
      if (all.words(series)[next] === stalest + 1) all.words(series)[next] = link;
    });
    all.release(stalest);
  }

  #newest(series: number): number {
    const words = this.#all.words(series);
    const base = this.#all.base(series);
    return words[base + COUNT] === 0 ? 0 : words[newestSample(words, base) + SECOND]!;
  }

  #grow(host: number): void {
    const first = new Uint32Array(Math.max(this.#first.length * 2, host + 1));
    first.set(this.#first);
    this.#first = first;
  }
}
