import { COUNTED, COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
import { fusionOfSlot } from "../../../lib/domain/fusion.ts";
import { COUNTER_CLASSES } from "../../../lib/domain/gauge.ts";
import { measuredSeconds } from "./baseline.ts";
import type { CounterSeries } from "./counter-series.ts";
import type { HeatSink } from "./heat-sink.ts";
import { holderAfter, holderBefore, Measured, secondOf } from "./interval.ts";
import type { SeriesOfHosts } from "./series-of-hosts.ts";
import {
  ALL_SLOTS,
  BLOCK,
  COUNT,
  FLAGS,
  holdsSlot,
  insertSample,
  MEASURED,
  mergeSample,
  MS_MASK,
  PRESENT_SHIFT,
  sampleAt,
  SAMPLES_KEPT,
  SLOTS,
  writeSample,
} from "./series-words.ts";

/**
 * Samples that come behind newer ones of their series. What was said of the seconds around such a
 * sample is taken back, and said again from all series of the host.
 */
export class LateSamples {
  readonly #hosts: SeriesOfHosts;
  readonly #series: CounterSeries;
  readonly #sink: HeatSink;
  readonly #measured = new Measured();

  constructor(hosts: SeriesOfHosts, series: CounterSeries, sink: HeatSink) {
    this.#hosts = hosts;
    this.#series = series;
    this.#sink = sink;
  }

  /**
   * A sample that is not the newest: it splits an interval, or completes a sample. False where it
   * came before all that are remembered, and changes nothing. `values` are by slot.
   */
  insert(
    host: number,
    series: number,
    second: number,
    flags: number,
    values: ArrayLike<number>,
  ): boolean {
    const all = this.#series;
    const words = all.words;
    const base = all.base(series);
    const count = words[base + COUNT]!;
    let index = 0;
    while (index < count && secondOf(all, series, index) < second) index++;
    const isThere = secondOf(all, series, index) === second;
    if (!isThere && index === 0 && count === SAMPLES_KEPT) return false;
    const news = isThere ? newsOf(words[sampleAt(words, base, index) + FLAGS]!, flags) : flags;
    const slots = (news >>> PRESENT_SHIFT) & ALL_SLOTS;
    if (slots === 0) return true;
    this.#accountAround(series, slots, index, isThere, -1);
    let own = index;
    if (isThere) mergeSample(words, sampleAt(words, base, index), flags, slots, values);
    else {
      this.#measureAround(series, index, second);
      if (count === SAMPLES_KEPT) own -= 1;
      writeSample(words, insertSample(words, base, index), second, flags, values);
    }
    this.#accountAround(series, slots, own, true, 1);
    this.#coolAndHeat(host, series, slots, own);
    return true;
  }

  /** Before a sample comes in at `index`: it may part a pause, or lengthen what was measured. */
  #measureAround(series: number, index: number, second: number): void {
    const all = this.#series;
    const before = index === 0 ? Number.NEGATIVE_INFINITY : secondOf(all, series, index - 1);
    const after = secondOf(all, series, index);
    const block = all.words[all.base(series) + BLOCK]!;
    const parts = measuredSeconds(before, second, block) + measuredSeconds(second, after, block);
    all.words[all.base(series) + MEASURED]! += parts - measuredSeconds(before, after, block);
  }

  /** The intervals that meet at `index`, or the one that spans it where no sample is there. */
  #accountAround(series: number, slots: number, index: number, isThere: boolean, sign: 1 | -1) {
    const all = this.#series;
    const words = all.words;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((slots >>> slot) & 1) === 0) continue;
      const before = holderBefore(all, series, slot, index);
      const isHeld = isThere && holdsSlot(words, sampleAt(words, all.base(series), index), slot);
      const after = holderAfter(all, series, slot, isThere ? index : index - 1);
      const pairs = isHeld
        ? [
            [before, index],
            [index, after],
          ]
        : [[before, after]];
      for (const [from, to] of pairs as [number, number][]) {
        if (from < 0 || to < 0) continue;
        const interval = { series, slot, from, to };
        this.#measured.read(all, interval).account(all, interval, sign);
      }
    }
  }

  /** Says again what every second around the sample at `index` is, from all series of the host. */
  #coolAndHeat(host: number, series: number, slots: number, index: number): void {
    const all = this.#series;
    const own = secondOf(all, series, index);
    let first = own;
    let last = own;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((slots >>> slot) & 1) === 0) continue;
      const before = holderBefore(all, series, slot, index);
      const after = holderAfter(all, series, slot, index);
      const from = before < 0 ? own : secondOf(all, series, before);
      const to = after < 0 ? own : secondOf(all, series, after);
      for (let second = from + 1; second <= to; second++) this.#tell(host, slot, second);
      first = Math.min(first, from);
      last = Math.max(last, to);
    }
    for (let second = first + 1; second <= last; second++) this.#tellClasses(host, second);
  }

  #tell(host: number, slot: number, second: number): void {
    let offered = 0;
    let excess = 0;
    let limitedRate = 0;
    this.#hosts.visit(host, (series) => {
      const { rate, heat, isLimiting } = this.#at(series, slot, second);
      if (isLimiting) limitedRate = Math.max(limitedRate, rate);
      if (heat.excess <= excess) return;
      excess = heat.excess;
      offered = Math.round(rate);
    });
    this.#sink.set(host, COUNTED_FIRST_GAUGE + slot, second, offered, excess);
    const fusion = fusionOfSlot(slot);
    if (fusion === null) return;
    const isDue = limitedRate >= fusion.lineCertainRate;
    this.#sink.expectLine(host, fusion, second, Math.round(limitedRate), isDue);
  }

  /** Of each class of strength the largest that any counter says of a second. */
  #tellClasses(host: number, second: number): void {
    const offered = COUNTER_CLASSES.map(() => 0);
    const excess = COUNTER_CLASSES.map(() => 0);
    this.#hosts.visit(host, (series) => {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (COUNTED[slot]!.isTraffic === true) continue;
        const { rate, heat } = this.#at(series, slot, second);
        COUNTER_CLASSES.forEach((gauge, own) => {
          if (((heat.classes >>> gauge) & 1) === 0) return;
          offered[own] = Math.max(offered[own]!, Math.round(rate));
          excess[own] = Math.max(excess[own]!, heat.excess);
        });
      }
    });
    COUNTER_CLASSES.forEach((gauge, own) => {
      this.#sink.set(host, gauge, second, offered[own]!, excess[own]!);
    });
  }

  /** What the interval of one series says that holds a second. */
  #at(series: number, slot: number, second: number): Measured {
    const all = this.#series;
    const count = all.words[all.base(series) + COUNT]!;
    const before = (index: number) => secondOf(all, series, index) < second;
    let index = 0;
    while (index < count && before(index)) index++;
    const from = holderBefore(all, series, slot, index);
    const to = holderAfter(all, series, slot, index - 1);
    return from < 0 || to < 0
      ? this.#measured.nothing()
      : this.#measured.read(all, { series, slot, from, to });
  }
}

/** Of a second sample in one second: all that is read later, and the slots that were missing. */
function newsOf(before: number, flags: number): number {
  const isLater = (flags & MS_MASK) > (before & MS_MASK);
  return isLater ? flags : flags & ~(before & (ALL_SLOTS << PRESENT_SHIFT));
}
