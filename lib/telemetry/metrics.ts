import { assert } from "../domain/assert.ts";

/**
 * What is counted, as data: the pages, the exporters and the twin for tests read it. A label is a
 * closed list, or `configured`: a name that stands in the configuration (an input, a sink, a rule,
 * a topic). Nothing that a sender chooses is ever a label.
 */
export type LabelDomain = readonly string[] | "configured";
export type LabelDomains = Readonly<Record<string, LabelDomain>>;

export type Labels<D extends LabelDomains> = {
  readonly [K in keyof D]: D[K] extends readonly string[] ? D[K][number] : string;
};

interface Declared<D extends LabelDomains> {
  /** As Prometheus shows it, unit last, then `_total` for a counter. */
  readonly name: string;
  /** What it says, for the reference page and the exposition. */
  readonly text: string;
  readonly labels: D;
}

export interface Counter<D extends LabelDomains = LabelDomains> extends Declared<D> {
  readonly kind: "counter";
}
export interface Gauge<D extends LabelDomains = LabelDomains> extends Declared<D> {
  readonly kind: "gauge";
}
export interface Histogram<D extends LabelDomains = LabelDomains> extends Declared<D> {
  readonly kind: "histogram";
  /** Upper bounds, ascending, in the unit of the name. */
  readonly bounds: readonly number[];
}
export type Metric = Counter | Gauge | Histogram;

/** The port to whatever keeps the numbers: otel.ts, or recorder.ts in tests. Must not throw. */
export interface Meters {
  add<D extends LabelDomains>(counter: Counter<D>, amount: number, labels: Labels<D>): void;
  set<D extends LabelDomains>(gauge: Gauge<D>, value: number, labels: Labels<D>): void;
  record<D extends LabelDomains>(histogram: Histogram<D>, value: number, labels: Labels<D>): void;
}

export function counter<const D extends LabelDomains>(
  name: string,
  text: string,
  labels: D,
): Counter<D> {
  assert(name.endsWith("_total"), `${name}: a counter ends in _total`);
  return { kind: "counter", name: `tidegauge_${name}`, text, labels };
}

export function gauge<const D extends LabelDomains>(
  name: string,
  text: string,
  labels: D,
): Gauge<D> {
  return { kind: "gauge", name: `tidegauge_${name}`, text, labels };
}

export function histogram<const D extends LabelDomains>(
  name: string,
  text: string,
  labels: D,
  bounds: readonly number[],
): Histogram<D> {
  return { kind: "histogram", name: `tidegauge_${name}`, text, labels, bounds };
}

/** From a millisecond to a quarter of an hour: latencies of a pipeline that people wait for. */
export const LATENCY_SECONDS: readonly number[] = [
  0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900,
];
