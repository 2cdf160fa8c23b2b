import { GAUGES } from "../../lib/domain/gauge.ts";
import { formatTime, SECOND_MS } from "../../lib/domain/time.ts";
import { seededRandom, type Random } from "../../lib/process/random.ts";
import { firstSecond } from "../options.ts";
import { drawAllowed, limitText, resetGauge } from "../kernel.ts";
import { Flicker } from "./chance.ts";
import { DOWN_SECONDS, type CounterPlan } from "./counter-plan.ts";
import { HostCounts } from "./host-counts.ts";
import { LIMITED } from "./kernel-counters.ts";
import { ppsAt, PRESSURE_KINDS, type Pressure, type PressureKind } from "./pressure.ts";

/** A flood's packets differ by about a third from second to second. */
export const FLICKER_SIGMA = 0.3;
const SAMPLERS_EVERY_SECONDS = [1, 10];
/** Longest first uptime: a host has been up for weeks when somebody begins to look. */
const UP_SECONDS_MAX = 40 * 86_400;

/** How much of each was written. */
export interface Written {
  samples: number;
  limitLines: number;
}

/** Everything that a fleet's samplers and kernels say, in the order of time, as JSON lines. */
export class SampledLog {
  readonly written: Written = { samples: 0, limitLines: 0 };
  readonly #plan: CounterPlan;
  readonly #random: Random;
  readonly #flicker: Flicker;
  readonly #counts: readonly HostCounts[];
  /** Until when a host says nothing. */
  readonly #downUntil = new Map<number, number>();
  /** Hosts by the seconds in which they are sampled. */
  readonly #due = new Map<string, number[]>();

  constructor(plan: CounterPlan) {
    this.#plan = plan;
    this.#random = seededRandom(plan.options.seed + 1);
    this.#flicker = new Flicker(this.#random, FLICKER_SIGMA);
    const first = firstSecond(plan.options);
    this.#counts = plan.measured.map((host) => {
      return new HostCounts(host, first, first - this.#random.between(3_600, UP_SECONDS_MAX));
    });
    plan.measured.forEach(({ sampleSeconds, phase }, host) => {
      const key = `${sampleSeconds}/${phase}`;
      this.#due.set(key, [...(this.#due.get(key) ?? []), host]);
    });
  }

  *lines(): Generator<string> {
    const { options, pressures, reboots } = this.#plan;
    let active: Pressure[] = [];
    let next = 0;
    let nextReboot = 0;
    for (let second = firstSecond(options); second <= options.endSecond; second += 1) {
      for (; reboots[nextReboot]?.second === second; nextReboot += 1) {
        const { host } = reboots[nextReboot]!;
        this.#counts[host]!.reboot(second + DOWN_SECONDS);
        this.#downUntil.set(host, second + DOWN_SECONDS);
      }
      for (; next < pressures.length && pressures[next]!.from <= second; next += 1) {
        active.push(pressures[next]!);
      }
      active = active.filter(({ from, seconds }) => from + seconds > second);
      yield* this.#limitLines(active, second);
      for (const everySeconds of SAMPLERS_EVERY_SECONDS) {
        for (const host of this.#due.get(`${everySeconds}/${second % everySeconds}`) ?? []) {
          if (!this.#isDown(host, second)) yield this.#sample(host, second);
        }
      }
    }
  }

  #isDown(host: number, second: number): boolean {
    return second <= (this.#downUntil.get(host) ?? 0);
  }

  /** Counts the packets of a second, and says which hosts reached their limit. */
  *#limitLines(active: readonly Pressure[], second: number): Generator<string> {
    const packets = new Map<number, Partial<Record<PressureKind, number>>>();
    for (const pressure of active) {
      const { host, kind } = pressure;
      const pps = ppsAt(pressure, second);
      if (pps === 0 || this.#isDown(host, second)) continue;
      const count = Math.round(pps * this.#flicker.draw(this.#random));
      this.#counts[host]!.add(kind, count);
      const own = packets.get(host) ?? {};
      own[kind] = (own[kind] ?? 0) + count;
      packets.set(host, own);
    }
    for (const [host, own] of packets) {
      if (this.#plan.measured[host]!.os === "linux") continue;
      for (const kind of PRESSURE_KINDS) {
        const line = this.#limitLine(host, kind, own[kind] ?? 0, second);
        if (line !== null) yield line;
      }
    }
  }

  #limitLine(host: number, kind: PressureKind, offered: number, second: number): string | null {
    const limited = LIMITED[kind];
    if (limited === undefined) return null;
    const { name, era, ...own } = this.#plan.fleet.hosts[host]!;
    const allowed = drawAllowed(this.#random, { name, era, ...own });
    if (offered <= allowed) return null;
    const gauge = limited === "resets" ? resetGauge(this.#random, era) : limited;
    const text = limitText(GAUGES.indexOf(gauge), offered, allowed, era);
    this.written.limitLines += 1;
    return jsonLine({ type: "line", host: name, time: timeOf(host, second), text });
  }

  #sample(host: number, second: number): string {
    const { os } = this.#plan.measured[host]!;
    const { name } = this.#plan.fleet.hosts[host]!;
    const counts = this.#counts[host]!;
    this.written.samples += 1;
    return jsonLine({
      type: "sample",
      host: name,
      time: timeOf(host, second),
      os,
      boot: `${name}-boot-${counts.boot}`,
      uptimeSeconds: counts.uptimeSeconds(second),
      counters: counts.read(this.#random, second),
    });
  }
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Each host's clock ticks at its own place in the second. */
function timeOf(host: number, second: number): string {
  return formatTime(second * SECOND_MS + ((host * 37) % SECOND_MS));
}
