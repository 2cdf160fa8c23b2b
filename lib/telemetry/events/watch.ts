import { DELIVERY_FAULTS, type DeliveryFault, HOPS, type Hop } from "../labels.ts";
import { error, info, type Log, warn } from "../messages.ts";
import { counter, histogram, LATENCY_SECONDS, type Meters } from "../metrics.ts";

const sink = "configured";
const input = "configured";

export const WATCH_METRICS = {
  heartbeats: counter("heartbeats_total", "Heartbeats sent: everything moved.", { sink }),
  withheld: counter(
    "heartbeats_withheld_total",
    "Heartbeats not sent, by the hop that did not move.",
    { sink, hop: HOPS },
  ),
  unsent: counter(
    "heartbeats_failed_total",
    "Heartbeats that could not be sent although everything moved.",
    { sink, reason: DELIVERY_FAULTS },
  ),
  canaries: counter("canaries_sent_total", "Canary lines sent into an input; no lines of its.", {
    input,
  }),
  canarySeconds: histogram(
    "canary_seconds",
    "From the input of a canary line to its arrival at the other end.",
    { input },
    LATENCY_SECONDS,
  ),
  canariesMissed: counter("canary_missed_total", "Canary lines that did not arrive in time.", {
    input,
    hop: HOPS,
  }),
} as const;

export const WATCH_MESSAGES = {
  withheld: error(
    "heartbeat withheld",
    "A part of the pipeline did not move within the last minute; the hop beside it names it.",
  ),
  unsent: warn(
    "heartbeat could not be sent",
    "Everything moves, and the address of the heartbeat does not answer; it is tried each minute.",
  ),
  canaryMissed: error(
    "canary line did not arrive",
    "What goes into this input no longer comes out as a notification; the hop names where it ends.",
  ),
  canaryBack: info("canary line arrived again", "The way of this input is whole again."),
} as const;

/** What the pipeline sees when it watches itself from end to end. */
export class WatchEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  heartbeatSent(sink: string): void {
    this.#meters.add(WATCH_METRICS.heartbeats, 1, { sink });
  }

  heartbeatWithheld(sink: string, hop: Hop): void {
    this.#meters.add(WATCH_METRICS.withheld, 1, { sink, hop });
    this.#log.write(WATCH_MESSAGES.withheld, { sink, hop });
  }

  heartbeatFailed(sink: string, reason: DeliveryFault, said: string): void {
    this.#meters.add(WATCH_METRICS.unsent, 1, { sink, reason });
    this.#log.write(WATCH_MESSAGES.unsent, { sink, reason, said });
  }

  canarySent(input: string): void {
    this.#meters.add(WATCH_METRICS.canaries, 1, { input });
  }

  canaryArrived(input: string, tookMs: number, wasMissing: boolean): void {
    this.#meters.record(WATCH_METRICS.canarySeconds, tookMs / 1_000, { input });
    if (wasMissing) this.#log.write(WATCH_MESSAGES.canaryBack, { input, tookMs });
  }

  canaryMissed(input: string, hop: Hop): void {
    this.#meters.add(WATCH_METRICS.canariesMissed, 1, { input, hop });
    this.#log.write(WATCH_MESSAGES.canaryMissed, { input, hop });
  }
}
