import { LIMITS } from "../limits.ts";
import { inheritLevels } from "./baseline.ts";
import { type CounterSeries, NO_SERIES, type SeriesKey } from "./counter-series.ts";
import { COUNT, newestSample, SECOND } from "./series-words.ts";

/** Uptime and the clock of a sample differ by less while it is the same boot. */
const SAME_BOOT_SECONDS = 120;

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
    for (
      let series = this.#first[host]! - 1;
      series !== NO_SERIES;
      series = this.#all.next(series)
    ) {
      if (all.isOf(series, key, SAME_BOOT_SECONDS)) return series;
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
    for (
      let series = this.#first[host]! - 1;
      series !== NO_SERIES;
      series = this.#all.next(series)
    ) {
      visit(series);
    }
  }

  /** When the newest sample of a host was taken; minus infinity where it sends none. */
  newestSecond(host: number): number {
    let newest = Number.NEGATIVE_INFINITY;
    this.visit(host, (series) => {
      newest = Math.max(newest, this.#newest(series));
    });
    return newest;
  }

  /** One more series of a host, empty, in front of its others. */
  add(host: number, key: SeriesKey): number {
    if (host >= this.#first.length) this.#grow(host);
    const series = this.#all.create(key);
    this.#all.link(series, this.#first[host]! - 1);
    this.#first[host] = series + 1;
    return series;
  }

  #create(host: number, key: SeriesKey): number {
    const model = this.#freshest(host);
    const series = this.add(host, key);
    if (model !== NO_SERIES) inheritLevels(this.#all, series, model);
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
    const next = all.next(stalest);
    if (this.#first[host] === stalest + 1) this.#first[host] = next + 1;
    this.visit(host, (series) => {
      if (all.next(series) === stalest) all.link(series, next);
    });
    all.release(stalest);
  }

  #newest(series: number): number {
    const { words } = this.#all;
    const base = this.#all.base(series);
    return words[base + COUNT] === 0 ? 0 : words[newestSample(words, base) + SECOND]!;
  }

  #grow(host: number): void {
    const first = new Uint32Array(Math.max(this.#first.length * 2, host + 1));
    first.set(this.#first);
    this.#first = first;
  }
}
