import { assert } from "../domain/assert.ts";
import { createEvents, type Events } from "./events.ts";
import type { Fields, Log, Message } from "./messages.ts";
import type { Counter, Gauge, Histogram, LabelDomains, Labels, Meters, Metric } from "./metrics.ts";

type Asked = Readonly<Record<string, string>>;

interface Point {
  readonly metric: string;
  readonly labels: Asked;
  values: number[];
}

export interface Logged {
  readonly level: Message["level"];
  readonly says: string;
  readonly fields: Fields;
}

/**
 * Telemetry in memory: the same events, with what they counted and logged to look at. A label
 * outside its closed set is a bug, and here it is one that stops the test.
 */
export class Recorder implements Meters, Log {
  readonly events: Events = createEvents(this, this);
  readonly logged: Logged[] = [];
  readonly #points = new Map<string, Point>();

  add<D extends LabelDomains>(counter: Counter<D>, amount: number, labels: Labels<D>): void {
    assert(amount >= 0, `${counter.name}: a counter cannot fall by ${-amount}`);
    const { values } = this.#point(counter, labels);
    values[0] = (values[0] ?? 0) + amount;
  }

  set<D extends LabelDomains>(gauge: Gauge<D>, value: number, labels: Labels<D>): void {
    this.#point(gauge, labels).values[0] = value;
  }

  record<D extends LabelDomains>(histogram: Histogram<D>, value: number, labels: Labels<D>): void {
    this.#point(histogram, labels).values.push(value);
  }

  write({ level, says }: Message, fields: Fields = {}): void {
    this.logged.push({ level, says, fields });
  }

  /** Sum of a counter or gauge over all points that carry these labels; 0 when there is none. */
  counted(metric: Metric, labels: Asked = {}): number {
    return this.recorded(metric, labels).reduce((sum, value) => sum + value, 0);
  }

  /** Every value of a histogram, in the order of points, then of time. */
  recorded(metric: Metric, labels: Asked = {}): number[] {
    return [...this.#points.values()]
      .filter((point) => point.metric === metric.name)
      .filter((point) => Object.entries(labels).every(([key, to]) => point.labels[key] === to))
      .flatMap((point) => point.values);
  }

  /** The fields of each time a message was logged. */
  saw(message: Message): Fields[] {
    return this.logged.filter(({ says }) => says === message.says).map(({ fields }) => fields);
  }

  #point<D extends LabelDomains>(metric: { name: string; labels: D }, labels: Labels<D>): Point {
    const asked = labels as Asked;
    for (const [label, domain] of Object.entries<LabelDomains[string]>(metric.labels)) {
      const value = asked[label];
      assert(value !== undefined, `${metric.name} needs the label ${label}`);
      const isListed = domain === "configured" || domain.includes(value);
      assert(isListed, `${metric.name}: ${value} is not in the closed set of ${label}`);
    }
    const values = Object.keys(metric.labels).map((label) => asked[label]);
    const key = JSON.stringify([metric.name, ...values]);
    const point = this.#points.get(key) ?? { metric: metric.name, labels: asked, values: [] };
    this.#points.set(key, point);
    return point;
  }
}
