import type { Delivery } from "../../lib/domain/delivery.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { deliveryRecordKey } from "../../lib/wire/record-key.ts";
import { moment } from "./controls.ts";
import type { GuestLog } from "./guest-log.ts";
import { DELIVERIES_MAX } from "./limits.ts";

/** Where each incident stands at each sink, the latest change first. */
export async function readDeliveries(guest: GuestLog): Promise<readonly Delivery[]> {
  const latest = new Map<string, Delivery>();
  for await (const { value } of guest.records("deliveries", "delivery")) {
    const key = deliveryRecordKey(value);
    latest.delete(key);
    latest.set(key, value);
    if (latest.size > DELIVERIES_MAX) latest.delete(latest.keys().next().value!);
  }
  return [...latest.values()].toSorted((a, b) => b.attemptedAtMs - a.attemptedAtMs);
}

/** A delivery as JSON: times as in every JSON of ours. */
export function deliveryJson(delivery: Delivery): object {
  const { attemptedAtMs, nextAttemptAtMs, ...rest } = delivery;
  const next = nextAttemptAtMs === null ? null : formatTime(nextAttemptAtMs);
  return { ...rest, attemptedAt: formatTime(attemptedAtMs), nextAttemptAt: next };
}

/** What went where, on one line. */
export function deliveryText(delivery: Delivery): string {
  const { sink, incidentId, revision, state, attempts, attemptedAtMs, detail } = delivery;
  const tries = attempts > 1 ? ` after ${attempts} attempts` : "";
  const next = delivery.nextAttemptAtMs;
  const again = next === null ? "" : `, next attempt ${moment(next)}`;
  const why = detail === null ? "" : `: ${detail}`;
  const head = `${state.padEnd(10)} ${sink}  ${incidentId} revision ${revision}`;
  return `${head}  ${moment(attemptedAtMs)}${tries}${again}${why}`;
}
