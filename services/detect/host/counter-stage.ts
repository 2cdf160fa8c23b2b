import { COUNTED, COUNTED_FIRST_GAUGE } from "../../../lib/domain/counted.ts";
import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { fusionOfSlot } from "../../../lib/domain/fusion.ts";
import { COUNTER_CLASSES } from "../../../lib/domain/gauge.ts";
import type { HostReadings } from "../../../lib/domain/host-readings.ts";
import { LIMITS } from "../limits.ts";
import { advanceBlock, blockOf, measuredSeconds } from "./baseline.ts";
import { CounterSeries, NO_SERIES } from "./counter-series.ts";
import type { HeatSink } from "./heat-sink.ts";
import { FOREIGN } from "./host-numbers.ts";
import { holderBefore, type Interval, Measured, secondOf } from "./interval.ts";
import { LabelHashes } from "./label-hashes.ts";
import { LateSamples } from "./late-samples.ts";
import { ReadingSlots } from "./reading-slots.ts";
import { SeriesOfHosts } from "./series-of-hosts.ts";
import * as seriesWords from "./series-words.ts";

/** Local constants are part of the code; imported ones are looked up at every use. */
const { BLOCK, COUNT, IS_BOOTING, IS_LIMITING, MEASURED, newestSample, PRESENT_SHIFT } =
  seriesWords;
const { pushSample, SECOND, SLOTS, writeSample } = seriesWords;

/**
 * Counter samples into hot seconds: neighbouring samples of one boot into rates, rates against the
 * host's own normal (detector.md sections 1 and 4). A late sample splits the interval that it falls
 * into, so what is hot is a function of the set of samples within the last eight.
 */
export class CounterStage {
  /** Samples that came before all that are remembered, and changed nothing. */
  late = 0;
  /** Samples of hosts that have no room left. */
  refused = 0;
  readonly series = new CounterSeries();
  readonly hosts = new SeriesOfHosts(this.series);
  readonly #sink: HeatSink;
  readonly #slots = new ReadingSlots();
  readonly #labels = new LabelHashes();
  readonly #measured = new Measured();
  readonly #behind: LateSamples;

  constructor(sink: HeatSink) {
    this.#sink = sink;
    this.#behind = new LateSamples(this.hosts, this.series, sink);
  }

  /** The readings of the facts [from, to); `numberOf` as the stage numbers its hosts. */
  fold(batch: FactBatch, from: number, to: number, numberOf: (id: number) => number): void {
    const { readings } = batch;
    const { row } = readings;
    for (let at = firstFrom(row, from); at < row.length && row[at]! < to; at++) {
      const host = numberOf(batch.host[row[at]!]!);
      if (host === FOREIGN) continue;
      const timeMs = batch.timeMs[row[at]!]!;
      const slots = this.#slots;
      this.#sink.sampleRow = row[at]!;
      const isCounted = slots.read(readings, at);
      if (slots.settings !== 0) {
        this.#sink.posture(host, Math.floor(timeMs / 1_000), slots.settings, slots.blind);
      }
      if (isCounted) this.#add(host, readings, at, timeMs);
    }
  }

  #add(host: number, readings: HostReadings, at: number, timeMs: number): void {
    const second = Math.floor(timeMs / 1_000);
    this.#sink.sampleSecond = second;
    this.#sink.sampleOs = (this.#slots.flags & IS_LIMITING) === 0 ? "linux" : "freebsd";
    const uptimeSeconds = readings.uptimeSeconds[at]!;
    const boot = this.#labels.of(readings, readings.boot[at]!);
    const isNew = !this.hosts.has(host);
    const series = this.hosts.find(host, {
      sampler: this.#labels.of(readings, readings.sampler[at]!),
      boot,
      bootSecond: boot !== 0 || uptimeSeconds < 0 ? 0 : Math.round(second - uptimeSeconds),
    });
    if (series === NO_SERIES) {
      this.refused += 1;
      return;
    }
    this.#sink.sampled(host, second, isNew);
    const isBooting = uptimeSeconds >= 0 && uptimeSeconds < LIMITS.bootQuietSeconds;
    const flags = this.#slots.flags | (timeMs - second * 1_000) | (isBooting ? IS_BOOTING : 0);
    const words = this.series.words;
    const base = this.series.base(series);
    const isNewest =
      words[base + COUNT] === 0 || second > words[newestSample(words, base) + SECOND]!;
    if (isNewest) this.#append(host, series, second, flags);
    else if (!this.#behind.insert(host, series, second, flags, this.#slots.values)) this.late += 1;
  }

  #append(host: number, series: number, second: number, flags: number): void {
    const all = this.series;
    advanceBlock(all, series, blockOf(second));
    const words = all.words;
    const base = all.base(series);
    if (words[base + COUNT]! > 0) {
      const newest = words[newestSample(words, base) + SECOND]!;
      words[base + MEASURED]! += measuredSeconds(newest, second, words[base + BLOCK]!);
    }
    writeSample(words, pushSample(words, base), second, flags, this.#slots.values);
    const to = words[base + COUNT]! - 1;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((flags >>> (PRESENT_SHIFT + slot)) & 1) === 0) continue;
      const from = holderBefore(all, series, slot, to);
      if (from < 0) continue;
      const interval = { series, slot, from, to };
      const { rate, heat } = this.#measured.read(all, interval);
      this.#measured.account(all, interval, 1);
      if ((flags & IS_LIMITING) !== 0) this.#expectLines(host, interval);
      if (heat.excess === 0) continue;
      const offered = Math.round(rate);
      const classes = COUNTED[slot]!.isTraffic === true ? 0 : heat.classes;
      for (let hot = secondOf(all, series, from) + 1; hot <= second; hot++) {
        this.#sink.raise(host, COUNTED_FIRST_GAUGE + slot, hot, offered, heat.excess);
        for (const gauge of classes === 0 ? [] : COUNTER_CLASSES) {
          if (((classes >>> gauge) & 1) === 0) continue;
          this.#sink.raise(host, gauge, hot, offered, heat.excess);
        }
      }
    }
  }

  /** What was just measured says in which seconds there must be lines. */
  #expectLines(host: number, { series, slot, from, to }: Interval): void {
    const fusion = fusionOfSlot(slot);
    if (fusion === null) return;
    const { rate } = this.#measured;
    if (rate < fusion.lineCertainRate) return;
    const last = secondOf(this.series, series, to);
    for (let second = secondOf(this.series, series, from) + 1; second <= last; second++) {
      this.#sink.expectLine(host, fusion, second, Math.round(rate), true);
    }
  }
}

/** Index of the first row at or after `from`. */
function firstFrom(row: ArrayLike<number>, from: number): number {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
