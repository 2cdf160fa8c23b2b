import { gaugeMask } from "../../lib/domain/gauge.ts";
import type { Random } from "../../lib/process/random.ts";
import { heatOf } from "../../services/detect/host/heat.ts";
import { LIMITS } from "../../services/detect/limits.ts";
import { drawCount, type Flicker } from "../counters/chance.ts";
import { type MeasuredHost, WAVE_LEVEL, waveAt } from "../counters/measured-fleet.ts";
import { ppsAt, type Pressure } from "../counters/pressure.ts";

/** A class that the detector does not have, as a bit beyond its own: to see what it would add. */
export const TWICE_MASK = 1 << 30;

const LINE = gaugeMask(["tcp_reset"]);
const LINE_OF_TORRENT = LINE | gaugeMask(["limit_torrent"]);
const RAISED = gaugeMask(["resets_sent"]);

/** The hot seconds of one host, ascending, and which gauges each is hot by. */
export interface HotHost {
  readonly seconds: number[];
  readonly masks: number[];
}

/** What chance is drawn from while hosts are looked at. */
export interface Chance {
  readonly random: Random;
  readonly flicker: Flicker;
}

/**
 * What the gauges of a host say of the seconds in which something presses on it. Its baseline is
 * taken to be learnt; what it counts on an ordinary day is part of every rate.
 */
export function hotHost(
  chance: Chance,
  host: MeasuredHost,
  pressures: readonly Pressure[],
): HotHost {
  const hot: HotHost = { seconds: [], masks: [] };
  if (host.os === "linux" && host.sampleSeconds === 0) return hot;
  const sorted = pressures.toSorted((a, b) => a.from - b.from);
  for (let first = 0; first < sorted.length;) {
    let until = endOf(sorted[first]!);
    let next = first + 1;
    // What overlaps, or shares a sample, is looked at together.
    for (; next < sorted.length && sorted[next]!.from <= until + host.sampleSeconds; next += 1) {
      until = Math.max(until, endOf(sorted[next]!));
    }
    const own = sorted.slice(first, next);
    if (host.os === "linux") addSampled(chance, host, own, until, hot);
    else addLimited(chance, host, own, until, hot);
    first = next;
  }
  return hot;
}

function endOf({ from, seconds }: Pressure): number {
  return from + seconds;
}

function packetsAt({ random, flicker }: Chance, pressures: readonly Pressure[], second: number) {
  let packets = 0;
  for (const pressure of pressures) {
    const pps = ppsAt(pressure, second);
    if (pps > 0) packets += Math.round(pps * flicker.draw(random));
  }
  return packets;
}

/** A line for every second in which more was wanted than allowed. */
function addLimited(
  chance: Chance,
  host: MeasuredHost,
  pressures: readonly Pressure[],
  until: number,
  hot: HotHost,
): void {
  for (let second = pressures[0]!.from; second < until; second += 1) {
    const offered = packetsAt(chance, pressures, second);
    if (offered > host.limit) {
      add(hot, second, offered >= LIMITS.torrentRate ? LINE_OF_TORRENT : LINE);
    }
  }
}

/** All seconds between two samples have the rate between them. */
function addSampled(
  chance: Chance,
  host: MeasuredHost,
  pressures: readonly Pressure[],
  until: number,
  hot: HotHost,
): void {
  const { sampleSeconds, phase, level } = host;
  const normal = level * WAVE_LEVEL;
  const start = pressures[0]!.from;
  // The last sample before anything: what is counted in a second is in the sample of its end.
  let from = start - 1 - ((((start - 1 - phase) % sampleSeconds) + sampleSeconds) % sampleSeconds);
  for (; from < until; from += sampleSeconds) {
    const to = from + sampleSeconds;
    let packets = drawCount(chance.random, level * waveAt(from) * sampleSeconds);
    for (let second = from + 1; second <= to; second += 1) {
      packets += packetsAt(chance, pressures, second);
    }
    const mask = maskOf(packets / sampleSeconds, normal);
    if (mask === 0) continue;
    for (let second = from + 1; second <= to; second += 1) add(hot, second, mask);
  }
}

/** The classes that a rate of a counter belongs to. */
export function maskOf(rate: number, level: number): number {
  const heat = heatOf(rate, level);
  const normal = Math.max(LIMITS.normalMin, level);
  if (heat.excess === 0) return rate > 2 * normal && rate - normal >= 8 ? TWICE_MASK : 0;
  return TWICE_MASK | RAISED | heat.classes;
}

function add(hot: HotHost, second: number, mask: number): void {
  hot.seconds.push(second);
  hot.masks.push(mask);
}
