import { DELIVERY_STATES, type Delivery } from "../../domain/delivery.ts";
import {
  DELIVERY_FAULTS,
  HOPS,
  SUPPRESSIONS,
  type DeliveryFault,
  type Hop,
  type Suppression,
} from "../labels.ts";
import { debug, error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, histogram, LATENCY_SECONDS, type Meters } from "../metrics.ts";

const sink = "configured";

export const NOTIFY_METRICS = {
  deliveries: counter(
    "notify_deliveries_total",
    "Revisions whose state at a sink was decided; failed ones are tried again.",
    { sink, state: DELIVERY_STATES },
  ),
  attempts: counter("notify_attempts_failed_total", "Failed attempts to deliver, by reason.", {
    sink,
    reason: DELIVERY_FAULTS,
  }),
  suppressed: counter("notify_suppressed_total", "Revisions not sent, by reason.", {
    sink,
    reason: SUPPRESSIONS,
  }),
  seconds: histogram(
    "notify_delivery_seconds",
    "From the first attempt at a revision to its acceptance by the sink.",
    { sink },
    LATENCY_SECONDS,
  ),
  pending: gauge("notify_pending", "Revisions that wait for a sink.", { sink }),
  up: gauge("notify_sink_up", "1 when the latest attempt at the sink succeeded, else 0.", { sink }),
  repairs: counter("notify_repairs_total", "Torn last lines of file sinks that were cut off.", {
    sink,
  }),
  heartbeats: counter("notify_heartbeats_total", "Heartbeats sent: everything moved.", { sink }),
  heartbeatsWithheld: counter(
    "notify_heartbeats_withheld_total",
    "Heartbeats not sent, by the hop that did not move.",
    { sink, hop: HOPS },
  ),
  canarySeconds: histogram(
    "canary_seconds",
    "From the input of a canary line to its arrival at the other end.",
    { input: "configured" },
    LATENCY_SECONDS,
  ),
  canariesMissed: counter("canary_missed_total", "Canary lines that did not arrive in time.", {
    input: "configured",
    hop: HOPS,
  }),
} as const;

export const NOTIFY_MESSAGES = {
  sent: debug("revision delivered", "The sink accepted it."),
  retrying: warn(
    "delivery failed, trying again",
    "Nothing is lost: the revision waits in the ledger. The reason says what the sink answered.",
  ),
  dead: error(
    "delivery given up",
    "It will not be tried again by itself: mend the sink, then `tidegauge deliveries retry`.",
  ),
  disabled: error(
    "sink disabled by its receiver",
    "The receiver answered 410 Gone. Correct its address and reload.",
  ),
  repaired: warn(
    "torn last line cut off",
    "The process had died while it wrote; the revision is written again.",
  ),
  heartbeatWithheld: error(
    "heartbeat withheld",
    "A part of the pipeline did not move within the last minute; the hop beside it names it.",
  ),
  canaryMissed: error(
    "canary line did not arrive",
    "What goes into this input no longer comes out as a notification; the hop names where it ends.",
  ),
  canaryBack: info("canary line arrived again", "The way of this input is whole again."),
} as const;

/** What happens between an incident and the people, and the pipeline's watch over itself. */
export class NotifyEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  /** `tookMs` from the first attempt at this revision. */
  delivered(delivery: Pick<Delivery, "sink" | "incidentId" | "revision">, tookMs: number): void {
    const { sink, incidentId, revision } = delivery;
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state: "sent" });
    this.#meters.record(NOTIFY_METRICS.seconds, tookMs / 1_000, { sink });
    this.#meters.set(NOTIFY_METRICS.up, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.sent, { sink, incident: incidentId, revision, tookMs });
  }

  deliveryRetried(
    delivery: Pick<Delivery, "sink" | "incidentId" | "revision" | "attempts">,
    reason: DeliveryFault,
    waitMs: number,
    cause?: unknown,
  ): void {
    const { sink, incidentId: incident, revision, attempts } = delivery;
    this.#attemptFailed(sink, reason);
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state: "failed" });
    const fields = { sink, incident, revision, attempts, reason, waitMs, error: cause };
    this.#log.write(NOTIFY_MESSAGES.retrying, fields);
  }

  deliveryDead(
    delivery: Pick<Delivery, "sink" | "incidentId" | "revision" | "attempts">,
    reason: DeliveryFault,
    cause?: unknown,
  ): void {
    const { sink, incidentId: incident, revision, attempts } = delivery;
    this.#attemptFailed(sink, reason);
    this.#meters.add(NOTIFY_METRICS.deliveries, 1, { sink, state: "dead" });
    const fields = { sink, incident, revision, attempts, reason, error: cause };
    this.#log.write(NOTIFY_MESSAGES.dead, fields);
  }

  suppressed(sink: string, reason: Suppression): void {
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

  fileRepaired(sink: string, path: string, bytesCut: number): void {
    this.#meters.add(NOTIFY_METRICS.repairs, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.repaired, { sink, path, bytesCut });
  }

  heartbeatSent(sink: string): void {
    this.#meters.add(NOTIFY_METRICS.heartbeats, 1, { sink });
  }

  heartbeatWithheld(sink: string, hop: Hop): void {
    this.#meters.add(NOTIFY_METRICS.heartbeatsWithheld, 1, { sink, hop });
    this.#log.write(NOTIFY_MESSAGES.heartbeatWithheld, { sink, hop });
  }

  canaryArrived(input: string, tookMs: number, wasMissing: boolean): void {
    this.#meters.record(NOTIFY_METRICS.canarySeconds, tookMs / 1_000, { input });
    if (wasMissing) this.#log.write(NOTIFY_MESSAGES.canaryBack, { input, tookMs });
  }

  canaryMissed(input: string, hop: Hop): void {
    this.#meters.add(NOTIFY_METRICS.canariesMissed, 1, { input, hop });
    this.#log.write(NOTIFY_MESSAGES.canaryMissed, { input, hop });
  }

  #attemptFailed(sink: string, reason: DeliveryFault): void {
    this.#meters.add(NOTIFY_METRICS.attempts, 1, { sink, reason });
    this.#meters.set(NOTIFY_METRICS.up, 0, { sink });
  }
}
