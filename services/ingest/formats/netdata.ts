import type { SampleFault, SampleReading } from "../envelopes/json-sample.ts";
import { child, firstText, isObject, type JsonObject, own } from "../envelopes/json-value.ts";
import { chartOf, type Dimension, nameOfDimension, systemOf } from "./netdata-names.ts";
import { readExposition, type Series } from "./prometheus-text.ts";
import { SampleNumbers } from "./sample-numbers.ts";

/** Endings of Netdata's series: as collected, and what it has made rates of. */
const AS_COLLECTED = "_total";
const AVERAGE = "_average";
const SUM = "_sum";

/** Whether a body is Netdata's Prometheus export. */
export function isNetdataExport(text: string): boolean {
  return text.includes("netdata_info{") || text.includes("netdata_ip");
}

/**
 * /api/v1/allmetrics?format=json: the charts by id, each with its dimensions. Their values are
 * rates, whatever was collected: gauges `perSecond.NAME` (sample-numbers.ts).
 */
export function readNetdataJson(charts: JsonObject): SampleReading | SampleFault {
  const dimensions: Dimension[] = [];
  let updatedSeconds = Number.NaN;
  for (const [id, chart] of Object.entries(charts)) {
    if (!isObject(chart)) continue;
    const name = chartOf(firstText(chart, ["context"]) ?? id);
    if (name === null) continue;
    const updated = own(chart, "last_updated");
    if (typeof updated === "number") updatedSeconds = updated;
    for (const [key, value] of Object.entries(child(chart, "dimensions"))) {
      const dimension = isObject(value) ? own(value, "value") : null;
      if (dimension !== null) dimensions.push({ chart: name, name: key, value: dimension });
    }
  }
  const rates = dimensions.map((dimension) => ({ dimension, isRate: true }));
  return sampleOf(rates, null, updatedSeconds * 1_000);
}

/**
 * The Prometheus export. With `source=as-collected` it has counters; its default, `average`, and
 * `sum` are rates again.
 */
export function readNetdataExport(text: string): SampleReading | SampleFault {
  const { series, isWhole } = readExposition(text, ["netdata_ip", "netdata_info"]);
  if (!isWhole) return "bad_sample";
  const found = series.flatMap((each) => dimensionOf(each) ?? []);
  const host = series.find(({ labels }) => labels.has("instance"))?.labels.get("instance") ?? null;
  const stamped = series.find(({ timestamp }) => timestamp !== "")?.timestamp ?? "";
  return sampleOf(found, host, stamped === "" ? Number.NaN : Number(stamped));
}

interface Found {
  readonly dimension: Dimension;
  readonly isRate: boolean;
}

function dimensionOf({ name: metric, labels, value }: Series): Found | null {
  const chart = chartOf(labels.get("chart") ?? "");
  const name = labels.get("dimension") ?? "";
  if (chart === null || name === "") return null;
  const isRate = metric.endsWith(AVERAGE) || metric.endsWith(SUM);
  if (!isRate && !metric.endsWith(AS_COLLECTED)) return null;
  return { dimension: { chart, name, value }, isRate };
}

function sampleOf(
  found: readonly Found[],
  host: string | null,
  timeMs: number,
): SampleReading | SampleFault {
  const os = systemOf(found.map(({ dimension }) => dimension));
  const numbers = new SampleNumbers();
  const seen = new Set<string>();
  for (const { dimension, isRate } of found) {
    const name = nameOfDimension(os, dimension);
    // Some counters stand in two charts.
    if (name === null || seen.has(name)) continue;
    seen.add(name);
    if (isRate) numbers.addRate(name, dimension.value);
    else numbers.add(name, dimension.value);
  }
  if (numbers.isFaulty || numbers.isEmpty) return "bad_sample";
  return {
    host,
    timeMs,
    os,
    boot: null,
    sampler: "netdata",
    uptimeSeconds: null,
    counters: numbers.counters,
    gauges: numbers.gauges,
    posture: [],
  };
}
