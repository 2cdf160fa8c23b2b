import { createRequire } from "node:module";
import { assert } from "../domain/assert.ts";
import { wallClock } from "../process/clock.ts";

/** kafkajs's queue of the requests to one broker, as much as is needed of it. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests: Schedule;
}
type Schedule = (this: RequestQueue) => void;

const MODULE = "kafkajs/src/network/requestQueue/index.js";
const require = createRequire(import.meta.url);

/**
 * kafkajs sets a timer in the past with every request where nothing waits, of which Node warns, and
 * which has nothing to do when it comes: it is not set. Call before the first request.
 */
export function quietQueue(): void {
  const { prototype } = require(MODULE) as { readonly prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  assert(typeof schedule === "function", "kafkajs 2.2.4 is installed");
  if (schedule.name === scheduleWhatWaits.name) return;
  known = schedule;
  prototype.scheduleCheckPendingRequests = scheduleWhatWaits;
}

let known: Schedule | null = null;

function scheduleWhatWaits(this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > wallClock.nowMs()) known?.call(this);
}
