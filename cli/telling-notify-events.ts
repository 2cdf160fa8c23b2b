import type { Delivery } from "../lib/domain/delivery.ts";
import { NotifyEvents } from "../lib/telemetry/events/notify.ts";
import type { Log } from "../lib/telemetry/messages.ts";
import type { Meters } from "../lib/telemetry/metrics.ts";

export type Delivered = (delivery: Pick<Delivery, "sink" | "incidentId" | "revision">) => void;

/** Counts and logs as ever, and tells one more listener what a sink took. */
export class TellingNotifyEvents extends NotifyEvents {
  readonly #onDelivered: Delivered;

  constructor(meters: Meters, log: Log, onDelivered: Delivered) {
    super(meters, log);
    this.#onDelivered = onDelivered;
  }

  override delivered(delivery: Delivery, tookMs: number): void {
    super.delivered(delivery, tookMs);
    this.#onDelivered(delivery);
  }
}
