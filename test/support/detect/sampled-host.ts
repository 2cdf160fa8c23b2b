import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { Fusion } from "../../../lib/domain/fusion.ts";
import { GAUGES, type Gauge } from "../../../lib/domain/gauge.ts";
import { ReadingColumns } from "../../../lib/domain/host-readings.ts";
import { CounterStage } from "../../../services/detect/host/counter-stage.ts";
import type { HeatSink } from "../../../services/detect/host/heat-sink.ts";

export interface GivenSample {
  readonly timeMs: number;
  readonly counters: Readonly<Record<string, number | string>>;
  readonly boot?: string | null;
  readonly sampler?: string;
  readonly uptimeSeconds?: number | null;
  readonly gauges?: Readonly<Record<string, number>>;
  /** Another host than the one that is looked at. */
  readonly isOther?: boolean;
}

export interface HotSecond {
  readonly offered: number;
  readonly excess: number;
}

/** The one that is looked at. */
export const HOST = 7;
const OTHER_HOST = 8;

/** One host whose samples come one by one, and what its counters make hot. */
export class SampledHost implements HeatSink {
  readonly stage = new CounterStage(this);
  sampleSecond = 0;
  sampleRow = 0;
  sampleOs: "linux" | "freebsd" = "linux";
  /** By gauge and second; nothing where it is not hot. */
  readonly hot = new Map<string, HotSecond>();

  sample(given: GivenSample): this {
    const { timeMs, counters, boot = "boot-1", sampler = "ship", uptimeSeconds = null } = given;
    const batch = new FactBatch(1);
    batch.length = 1;
    batch.host[0] = given.isOther === true ? OTHER_HOST : HOST;
    batch.timeMs[0] = timeMs;
    const readings = new ReadingColumns();
    readings.add(0, {
      boot,
      os: "linux",
      sampler,
      uptimeSeconds,
      counters: Object.entries(counters).map(([name, value]) => ({ name, value })),
      gauges: Object.entries(given.gauges ?? {}).map(([name, value]) => ({ name, value })),
      posture: [],
    });
    batch.readings = readings;
    this.stage.fold(batch, 0, 1, (id) => id);
    return this;
  }

  raise(host: number, gauge: number, second: number, offered: number, excess: number): void {
    if (host !== HOST) return;
    const key = keyOf(gauge, second);
    const before = this.hot.get(key);
    this.hot.set(key, {
      offered: Math.max(offered, before?.offered ?? 0),
      excess: Math.max(excess, before?.excess ?? 0),
    });
  }

  set(host: number, gauge: number, second: number, offered: number, excess: number): void {
    if (host !== HOST) return;
    if (excess === 0) this.hot.delete(keyOf(gauge, second));
    else this.hot.set(keyOf(gauge, second), { offered, excess });
  }

  /** Seconds for which a line must be there. */
  readonly expected = new Map<number, number>();

  expectLine(_host: number, _fusion: Fusion, second: number, rate: number, isDue: boolean): void {
    if (isDue) this.expected.set(second, rate);
    else this.expected.delete(second);
  }

  readonly postures: [second: number, decided: number, blind: number][] = [];

  posture(_host: number, second: number, decided: number, blind: number): void {
    this.postures.push([second, decided, blind]);
  }

  sampledHosts = 0;

  sampled(_host: number, _second: number, isFirst: boolean): void {
    if (isFirst) this.sampledHosts += 1;
  }

  /** Hot seconds of a gauge, ascending. */
  hotSeconds(gauge: Gauge): number[] {
    return [...this.hot.keys()]
      .filter((key) => key.startsWith(`${gauge}/`))
      .map((key) => Number(key.split("/")[1]))
      .toSorted((a, b) => a - b);
  }

  offered(gauge: Gauge, second: number): number | null {
    return this.hot.get(`${gauge}/${second}`)?.offered ?? null;
  }

  /** Samples and baseline of its first series. */
  learnt(): Uint8Array {
    return this.stage.series.packed(0).slice();
  }

  /** All of it, in an order of its own. */
  state(): string {
    return JSON.stringify([...this.hot].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function keyOf(gauge: number, second: number): string {
  return `${GAUGES[gauge]!}/${second}`;
}
