import {
  DELIVERY_TROUBLES,
  REFUSED_ANSWERS,
  SINK_STATES,
  SKIP_REASONS,
  type DeliveryTrouble,
  type SinkState,
  type SkipReason,
} from "../labels.ts";
import { debug, error, info, warn, type Log } from "../messages.ts";
import { counter, gauge, histogram, LATENCY_SECONDS, type Meters } from "../metrics.ts";

const sink = "configured";
const topic = "configured";

export const NOTIFY_METRICS = {
  sent: counter("notify_sent_total", "Revisions that a sink accepted.", { sink }),
  attempts: counter("notify_attempts_total", "Attempts to deliver, by what came of them.", {
    sink,
    result: ["taken", ...REFUSED_ANSWERS, ...DELIVERY_TROUBLES],
  }),
  dead: counter("notify_dead_total", "Deliveries given up, kept to be sent by hand.", { sink }),
  skipped: counter("notify_skipped_total", "Revisions not sent, by reason.", {
    sink,
    reason: SKIP_REASONS,
  }),
  seconds: histogram(
    "notify_delivery_seconds",
    "From the stamp of a revision in the log to its acceptance by the sink.",
    { sink },
    LATENCY_SECONDS,
  ),
  pending: gauge("notify_pending", "Revisions that wait for a sink.", { sink }),
  state: gauge("notify_sink_state", "1 for the state that the sink is in, 0 for the others.", {
    sink,
    state: SINK_STATES,
  }),
  undecodable: counter("notify_undecodable_total", "Records that nobody can read.", { topic }),
  missed: counter(
    "notify_missed_records_total",
    "Records that retention deleted before they were read.",
    { topic },
  ),
  retries: counter("notify_append_retries_total", "Appends that were tried again.", { topic }),
  repairs: counter("notify_repairs_total", "Torn last lines of file sinks that were cut off.", {
    sink,
  }),
} as const;

export const NOTIFY_MESSAGES = {
  sent: debug("revision delivered", "The sink accepted it."),
  failed: warn(
    "delivery failed",
    "Nothing is lost: it waits in the ledger and is tried again, or is given up with a message.",
  ),
  dead: error(
    "delivery given up",
    "It will not be tried again by itself: mend the sink, then `tidegauge deliveries retry`.",
  ),
  up: info("sink is up", "What waited for it is being sent."),
  down: warn("sink is down", "It is probed, not flooded; what is for it waits in the ledger."),
  disabled: error(
    "sink disabled",
    "Its receiver said that it is gone (410). Correct its address and reload.",
  ),
  undecodable: error(
    "record cannot be read and is passed over",
    "It stays in the log. Was it written by a newer version, or by something else?",
  ),
  missed: error(
    "retention deleted records before they were notified",
    "The process was down for longer than the topic is kept. Raise the topic's retention.",
  ),
  retrying: warn(
    "ledger cannot be written, trying again",
    "Nothing is sent that could not be remembered. The error says what is wrong.",
  ),
  repaired: warn(
    "torn last line cut off",
    "The process had died while it wrote; the revision is written again.",
  ),
} as const;

/** How an attempt ended: Answer of services/notify/core/answer.ts. */
export type AttemptAnswer =
  | { readonly type: "taken"; readonly httpStatus: number | null }
  | { readonly type: "answered"; readonly httpStatus: number; readonly said: string }
  | { readonly type: "troubled"; readonly trouble: DeliveryTrouble; readonly said: string };

export interface Attempt {
  readonly sink: string;
  readonly key: string;
  /** Revisions in it; more than one is a digest. */
  readonly count: number;
  readonly answer: AttemptAnswer;
  readonly sincePublishedMs: number;
}

/** What happens between an incident and the people (services/notify/events.ts). */
export class NotifyEvents {
  readonly #meters: Meters;
  readonly #log: Log;

  constructor(meters: Meters, log: Log) {
    this.#meters = meters;
    this.#log = log;
  }

  skipped(sink: string, reason: SkipReason): void {
    this.#meters.add(NOTIFY_METRICS.skipped, 1, { sink, reason });
  }

  attempted({ sink, key, count, answer, sincePublishedMs }: Attempt): void {
    const result = resultOf(answer);
    this.#meters.add(NOTIFY_METRICS.attempts, 1, { sink, result });
    if (answer.type === "taken") {
      this.#meters.add(NOTIFY_METRICS.sent, count, { sink });
      this.#meters.record(NOTIFY_METRICS.seconds, sincePublishedMs / 1_000, { sink });
      this.#log.write(NOTIFY_MESSAGES.sent, { sink, key, count, sincePublishedMs });
    } else {
      const status = answer.type === "answered" ? { httpStatus: answer.httpStatus } : {};
      const fields = { sink, key, count, reason: result, ...status, said: answer.said };
      this.#log.write(NOTIFY_MESSAGES.failed, fields);
    }
  }

  gaveUp(sink: string, key: string, detail: string): void {
    this.#meters.add(NOTIFY_METRICS.dead, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.dead, { sink, key, detail });
  }

  sinkChanged(sink: string, now: SinkState, detail: string): void {
    for (const state of SINK_STATES) {
      this.#meters.set(NOTIFY_METRICS.state, state === now ? 1 : 0, { sink, state });
    }
    this.#log.write(NOTIFY_MESSAGES[now], { sink, detail });
  }

  pending(sink: string, revisions: number): void {
    this.#meters.set(NOTIFY_METRICS.pending, revisions, { sink });
  }

  undecodable(topic: string, partition: number, offset: number, reason: string): void {
    this.#meters.add(NOTIFY_METRICS.undecodable, 1, { topic });
    this.#log.write(NOTIFY_MESSAGES.undecodable, { topic, partition, offset, reason });
  }

  missed(topic: string, partition: number, fromOffset: number, toOffset: number): void {
    this.#meters.add(NOTIFY_METRICS.missed, toOffset - fromOffset, { topic });
    this.#log.write(NOTIFY_MESSAGES.missed, { topic, partition, fromOffset, toOffset });
  }

  appendRetrying(topic: string, cause: unknown, attempt: number): void {
    this.#meters.add(NOTIFY_METRICS.retries, 1, { topic });
    this.#log.write(NOTIFY_MESSAGES.retrying, { topic, attempt, error: cause });
  }

  fileRepaired(sink: string, path: string, bytesCut: number): void {
    this.#meters.add(NOTIFY_METRICS.repairs, 1, { sink });
    this.#log.write(NOTIFY_MESSAGES.repaired, { sink, path, bytesCut });
  }
}

function resultOf(
  answer: AttemptAnswer,
): "taken" | (typeof REFUSED_ANSWERS)[number] | DeliveryTrouble {
  if (answer.type === "taken") return "taken";
  if (answer.type === "troubled") return answer.trouble;
  const { httpStatus } = answer;
  if (httpStatus === 410) return "gone";
  if (httpStatus === 429) return "rate_limited";
  if (httpStatus >= 500) return "server_error";
  return httpStatus >= 300 && httpStatus < 400 ? "redirect" : "refused";
}
