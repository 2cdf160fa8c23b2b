import type { Delivery } from "../../domain/delivery.ts";
import { DELIVERY_FAULTS, SKIP_REASONS, type DeliveryFault, type SkipReason } from "../labels.ts";
import { debug, error, warn, type Log } from "../messages.ts";
import { counter, gauge, histogram, LATENCY_SECONDS, type Meters } from "../metrics.ts";

const sink = "configured";

export const NOTIFY_METRICS = {
  deliveries: counter(
    "notify_deliveries_total",
    "Revisions by what became of them at a sink; failed ones are tried again.",
    { sink, state: ["sent", "failed", "suppressed", "dead"] },
  ),
  faults: counter("notify_faults_total", "Attempts that failed, by reason.", {
    sink,
    reason: DELIVERY_FAULTS,
  }),
  suppressed: counter("notify_suppressed_total", "Revisions not sent, by reason.", {
    sink,
    reason: SKIP_REASONS,
  }),
  seconds: histogram(
    "notify_delivery_seconds",
    "From the first attempt at a revision to its acceptance by the sink.",
    { sink },
    LATENCY_SECONDS,
  ),
  pending: gauge("notify_pending", "Revisions that wait for a sink.", { sink }),
  up: gauge("notify_sink_up", "1 when the latest attempt at the sink succeeded, else 0.", { sink }),
  unreadable: counter("notify_unreadable_total", "Records that nobody can read.", {
    topic: "configured",
  }),
  repairs: counter("notify_repairs_total", "Torn last lines of file sinks that were cut off.", {
    sink,
  }),
} as const;

export const NOTIFY_MESSAGES = {
  sent: debug("revision delivered", "The sink accepted it."),
  retrying: warn(
    "delivery failed, trying again",
    "Nothing is lost: it waits in the ledger. The reason says what the sink answered.",
  ),
  dead: error(
    "delivery given up",
    "It will not be tried again by itself: mend the sink, then `tidegauge deliveries retry`.",
  ),
  disabled: error(
    "sink disabled",
    "Its receiver said that it is gone (410). Correct its address and reload.",
  ),
  unreadable: error(
    "record cannot be read and is passed over",
    "It stays in the log. Was it written by a newer version, or by something else?",
  ),
  repaired: warn(
    "torn last line cut off",
    "The process had died while it wrote; the revision is written again.",
  ),
} as const;

type Told = Pick<Delivery, "sink" | "incidentId" | "revision" | "attempts">;

/** What happens between an incident and the people (services/notify/events.ts). */
export class NotifyEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  /** `tookMs` from the first attempt at this revision. */
  delivered(delivery: Told, tookMs: number): void {
    const { sink } = delivery;
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state: "sent" });
    this.#meters.record(NOTIFY_METRICS.seconds, tookMs / 1_000, { sink });
    this.#meters.set(NOTIFY_METRICS.up, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.sent, { ...inFields(delivery), tookMs });
  }

  deliveryRetried(delivery: Told, reason: DeliveryFault, waitMs: number): void {
    this.#failed(delivery.sink, reason, "failed");
    this.#log.write(NOTIFY_MESSAGES.retrying, { ...inFields(delivery), reason, waitMs });
  }

  deliveryDead(delivery: Told, reason: DeliveryFault): void {
    this.#failed(delivery.sink, reason, "dead");
    this.#log.write(NOTIFY_MESSAGES.dead, { ...inFields(delivery), reason });
  }

  suppressed(sink: string, reason: SkipReason): void {
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state: "suppressed" });
    this.#meters.add(NOTIFY_METRICS.suppressed, 1, { sink, reason });
  }

  pending(sink: string, revisions: number): void {
    this.#meters.set(NOTIFY_METRICS.pending, revisions, { sink });
  }

  sinkDisabled(sink: string): void {
    this.#meters.set(NOTIFY_METRICS.up, 0, { sink });
    this.#log.write(NOTIFY_MESSAGES.disabled, { sink });
  }

  unreadable(topic: string, partition: number, offset: number, reason: string): void {
    this.#meters.add(NOTIFY_METRICS.unreadable, 1, { topic });
    this.#log.write(NOTIFY_MESSAGES.unreadable, { topic, partition, offset, reason });
  }

  fileRepaired(sink: string, path: string, bytesCut: number): void {
    this.#meters.add(NOTIFY_METRICS.repairs, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.repaired, { sink, path, bytesCut });
  }

  #failed(sink: string, reason: DeliveryFault, state: "failed" | "dead"): void {
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state });
    this.#meters.add(NOTIFY_METRICS.faults, 1, { sink, reason });
    this.#meters.set(NOTIFY_METRICS.up, 0, { sink });
  }
}

function inFields({ sink, incidentId, revision, attempts }: Told) {
  return { sink, incident: incidentId, revision, attempts };
}
