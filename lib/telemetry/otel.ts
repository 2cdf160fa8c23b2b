import {
  metrics as metricsApi,
  type Counter as OtelCounter,
  type Gauge as OtelGauge,
  type Histogram as OtelHistogram,
  type Meter,
} from "@opentelemetry/api";
import { METRICS } from "./events.ts";
import type { Counter, Gauge, Histogram, Meters, Metric } from "./metrics.ts";

type Asked = Readonly<Record<string, string>>;

/**
 * Numbers through the OpenTelemetry API: without an SDK they go nowhere and cost next to nothing.
 * Create it after the SDK is registered (sdk.ts).
 */
export function otelMeters(meter: Meter = metricsApi.getMeter("tidegauge")): Meters {
  const counters = new Map<Metric, OtelCounter>();
  const gauges = new Map<Metric, OtelGauge>();
  const histograms = new Map<Metric, OtelHistogram>();
  for (const metric of METRICS) {
    const options = { description: metric.text };
    if (metric.kind === "counter") {
      counters.set(metric, meter.createCounter(metric.name, options));
    } else if (metric.kind === "gauge") {
      gauges.set(metric, meter.createGauge(metric.name, options));
    } else {
      const advice = { explicitBucketBoundaries: [...metric.bounds] };
      histograms.set(metric, meter.createHistogram(metric.name, { ...options, advice }));
    }
  }
  for (const [metric, counter] of counters) startAtZero(metric, counter);
  return {
    add: (counter, amount, labels) => counters.get(counter)?.add(amount, listed(counter, labels)),
    set: (gauge, value, labels) => gauges.get(gauge)?.record(value, listed(gauge, labels)),
    record: (histogram, value, labels) =>
      histograms.get(histogram)?.record(value, listed(histogram, labels)),
  };
}

/** A rate needs the first step too, so series that are known beforehand begin with 0. */
function startAtZero(metric: Metric, counter: OtelCounter): void {
  const [label, ...others] = Object.entries(metric.labels);
  if (label === undefined) return counter.add(0);
  const [name, domain] = label;
  // Two labels make many series that never come to life.
  if (domain === "configured" || others.length > 0) return;
  for (const value of domain) counter.add(0, { [name]: value });
}

/** The last net: what is in no closed set, because a cast let it through, becomes `other`. */
function listed(metric: Counter | Gauge | Histogram, labels: Asked): Asked {
  let told = labels;
  for (const [name, domain] of Object.entries(metric.labels)) {
    if (domain === "configured" || domain.includes(labels[name] ?? "")) continue;
    told = { ...told, [name]: "other" };
  }
  return told;
}
