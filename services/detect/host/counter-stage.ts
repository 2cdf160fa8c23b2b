import { COUNTED, COUNTED_FIRST_GAUGE, type CountedName } from "../../../lib/domain/counted.ts";
import type { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { SURGE_GAUGE } from "../../../lib/domain/gauge.ts";
import type { HostReadings } from "../../../lib/domain/host-readings.ts";
import { LIMITS } from "../limits.ts";
import { advanceBlock, blockOf } from "./baseline.ts";
import { CounterSeries, NO_SERIES } from "./counter-series.ts";
import {
  COUNT,
  FLAGS,
  holdsSlot,
  insertSample,
  IS_BOOTING,
  IS_LIMITING,
  MEASURED,
  MS_MASK,
  newestSample,
  PRESENT_SHIFT,
  pushSample,
  sampleAt,
  SAMPLES_KEPT,
  SECOND,
  SLOTS,
  VALUES,
  WIDE_SHIFT,
} from "./series-words.ts";
import { type Fusion, fusionOfSlot } from "../../../lib/domain/fusion.ts";
import { FOREIGN } from "./host-numbers.ts";
import { holderAfter, holderBefore, type Interval, Measured, secondOf } from "./interval.ts";
import { LabelHashes } from "./label-hashes.ts";
import { ReadingSlots } from "./reading-slots.ts";
import { SeriesOfHosts } from "./series-of-hosts.ts";

const SLOT_MASK = (1 << SLOTS) - 1;

/** Where hot seconds go. */
export interface HeatSink {
  /** The second of the sample that makes it say something: what it says is of seconds before. */
  sampleSecond: number;
  /** Its row in the batch, and the system whose names its counters have. */
  sampleRow: number;
  sampleOs: CountedName["os"];
  /** The larger of what is known of that second and this. */
  raise(host: number, gauge: number, second: number, offered: number, excess: number): void;
  /** Exactly this; an excess of 0 cools the second. */
  set(host: number, gauge: number, second: number, offered: number, excess: number): void;
  /** Whether a kernel must have written the line of a fusion for that second, at this rate. */
  expectLine(host: number, fusion: Fusion, second: number, rate: number, isDue: boolean): void;
  /** A host that sent none before has sent a sample. */
  sampled(host: number): void;
  /** What its settings say at that time: which blind spots they decide, and which there are. */
  posture(host: number, second: number, decided: number, blind: number): void;
}

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

  constructor(sink: HeatSink) {
    this.#sink = sink;
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
    if (isNew) this.#sink.sampled(host);
    const isBooting = uptimeSeconds >= 0 && uptimeSeconds < LIMITS.bootQuietSeconds;
    const flags = this.#slots.flags | (timeMs - second * 1_000) | (isBooting ? IS_BOOTING : 0);
    const words = this.series.words;
    const base = this.series.base(series);
    const isNewest =
      words[base + COUNT] === 0 || second > words[newestSample(words, base) + SECOND]!;
    if (isNewest) this.#append(host, series, second, flags);
    else this.#insert(host, series, second, flags);
  }

  #append(host: number, series: number, second: number, flags: number): void {
    const all = this.series;
    advanceBlock(all, series, blockOf(second));
    const words = all.words;
    const base = all.base(series);
    if (words[base + COUNT]! > 0) {
      const gap = second - words[newestSample(words, base) + SECOND]!;
      if (gap <= LIMITS.blockMeasuredSecondsMin) words[base + MEASURED]! += gap;
    }
    this.#write(words, pushSample(words, base), second, flags, SLOT_MASK);
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
      const isSurge = heat.isSurge && COUNTED[slot]!.isTraffic !== true;
      for (let hot = secondOf(all, series, from) + 1; hot <= second; hot++) {
        this.#sink.raise(host, COUNTED_FIRST_GAUGE + slot, hot, offered, heat.excess);
        if (isSurge) this.#sink.raise(host, SURGE_GAUGE, hot, offered, heat.excess);
      }
    }
  }

  /** A sample that is not the newest: it splits an interval, or completes a sample. */
  #insert(host: number, series: number, second: number, flags: number): void {
    const all = this.series;
    const words = all.words;
    const base = all.base(series);
    const count = words[base + COUNT]!;
    let index = 0;
    while (index < count && secondOf(all, series, index) < second) index++;
    const isThere = secondOf(all, series, index) === second;
    if (!isThere && index === 0 && count === SAMPLES_KEPT) {
      this.late += 1;
      return;
    }
    const news = isThere ? newsOf(words[sampleAt(words, base, index) + FLAGS]!, flags) : flags;
    const slots = (news >>> PRESENT_SHIFT) & SLOT_MASK;
    if (slots === 0) return;
    this.#accountAround(series, slots, index, isThere, -1);
    let own = index;
    if (isThere) this.#merge(words, sampleAt(words, base, index), flags, slots);
    else {
      if (count === SAMPLES_KEPT) own -= 1;
      this.#write(words, insertSample(words, base, index), second, flags, slots);
    }
    this.#accountAround(series, slots, own, true, 1);
    this.#coolAndHeat(host, series, slots, own);
  }

  /** The intervals that meet at `index`, or the one that spans it where no sample is there. */
  #accountAround(series: number, slots: number, index: number, isThere: boolean, sign: 1 | -1) {
    const all = this.series;
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
    const all = this.series;
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
    for (let second = first + 1; second <= last; second++) this.#tellSurge(host, second);
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

  #tell(host: number, slot: number, second: number): void {
    let offered = 0;
    let excess = 0;
    let limitedRate = 0;
    this.hosts.visit(host, (series) => {
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

  #tellSurge(host: number, second: number): void {
    let offered = 0;
    let excess = 0;
    this.hosts.visit(host, (series) => {
      for (let slot = 0; slot < SLOTS; slot++) {
        const { rate, heat } = this.#at(series, slot, second);
        if (!heat.isSurge || COUNTED[slot]!.isTraffic === true) continue;
        excess = Math.max(excess, heat.excess);
        offered = Math.max(offered, Math.round(rate));
      }
    });
    this.#sink.set(host, SURGE_GAUGE, second, offered, excess);
  }

  /** What the interval of one series says that holds a second. */
  #at(series: number, slot: number, second: number): Measured {
    const all = this.series;
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

  #write(words: Uint32Array, at: number, second: number, flags: number, slots: number): void {
    words[at + SECOND] = second;
    words[at + FLAGS] = flags;
    for (let slot = 0; slot < SLOTS; slot++) {
      words[at + VALUES + slot] = ((slots >>> slot) & 1) === 1 ? this.#slots.values[slot]! : 0;
    }
  }

  /** Takes the slots over into a sample of the same second. */
  #merge(words: Uint32Array, at: number, flags: number, slots: number): void {
    const before = words[at + FLAGS]!;
    const ms = Math.max(before & MS_MASK, flags & MS_MASK);
    const bits = (slots << PRESENT_SHIFT) | (slots << WIDE_SHIFT);
    words[at + FLAGS] = (before & ~(bits | MS_MASK)) | (flags & bits) | ms;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (((slots >>> slot) & 1) === 1) words[at + VALUES + slot] = this.#slots.values[slot]!;
    }
  }
}

/** Of a second sample in one second: all that is read later, and the slots that were missing. */
function newsOf(before: number, flags: number): number {
  const isLater = (flags & MS_MASK) > (before & MS_MASK);
  return isLater ? flags : flags & ~(before & (SLOT_MASK << PRESENT_SHIFT));
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
