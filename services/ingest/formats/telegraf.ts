import type { Zone } from "../../../lib/domain/zone.ts";
import type { SampleFault, SampleReading } from "../envelopes/json-sample.ts";
import { child, firstText, type JsonObject, own } from "../envelopes/json-value.ts";
import { shipperTimeMs } from "../envelopes/shipper-time.ts";
import { nameOfLowerCase, splitName } from "./kernel-names.ts";
import { SampleNumbers } from "./sample-numbers.ts";

/** One metric, of JSON or of line protocol. */
export interface Metric {
  readonly name: string;
  readonly tags: JsonObject;
  readonly fields: JsonObject;
  readonly timestamp: unknown;
}

/** Sockets by state of the plugin `netstat`. */
const SYN_RECEIVED = "tcp_syn_recv";

/** A metric of Telegraf's JSON; null where the object is none, or one of other plugins. */
export function counterMetric(object: JsonObject): Metric | null {
  const name = firstText(object, ["name"]);
  if (name === null || !isCounted(name, child(object, "tags"))) return null;
  const { tags, fields } = { tags: child(object, "tags"), fields: child(object, "fields") };
  return { name, tags, fields, timestamp: own(object, "timestamp") };
}

/**
 * Whether a metric has the kernel's TCP counters: nstat, net for all interfaces together, netstat.
 */
export function isCounted(name: string, tags: JsonObject): boolean {
  if (name === "nstat") return true;
  if (name === "net") return own(tags, "interface") === "all";
  return name === "netstat";
}

/**
 * What a metric counts. The plugin nstat writes /proc/net/snmp and /proc/net/netstat as two metrics
 * of one time, and `joinHalves` makes one sample of them.
 */
export function metricSample(
  metric: Metric,
  referenceMs: number,
  zone: Zone,
): SampleReading | SampleFault {
  const numbers = new SampleNumbers();
  for (const [field, value] of Object.entries(metric.fields))
    addField(numbers, metric, field, value);
  if (numbers.isFaulty || numbers.isEmpty) return "bad_sample";
  const timeMs = shipperTimeMs(metric.timestamp, referenceMs, zone);
  return {
    host: firstText(metric.tags, ["host"]),
    timeMs,
    os: "linux",
    boot: null,
    sampler: "telegraf",
    uptimeSeconds: null,
    counters: numbers.counters,
    gauges: numbers.gauges,
    posture: [],
  };
}

function addField(numbers: SampleNumbers, { name }: Metric, field: string, value: unknown): void {
  if (name === "nstat") return numbers.add(splitName(field), value);
  if (name === "net") return numbers.add(nameOfLowerCase(field), value);
  numbers.addGauge(field === SYN_RECEIVED ? "synRecv" : field, value);
}

/** Two samples of one host and time as one, or null: names of both mean that they are two. */
export function joinHalves(a: SampleReading, b: SampleReading): SampleReading | null {
  if (a.host !== b.host || a.timeMs !== b.timeMs || a.sampler !== b.sampler) return null;
  const names = new Set([...a.counters, ...a.gauges].map(({ name }) => name));
  if ([...b.counters, ...b.gauges].some(({ name }) => names.has(name))) return null;
  return {
    ...a,
    counters: [...a.counters, ...b.counters],
    gauges: [...a.gauges, ...b.gauges],
  };
}
