const LOOK_SECONDS = 10;
const AVERAGE_SECONDS = 10;
const BASELINE_SECONDS = 60;
const FLOOR = 5;
const RAISE_FACTOR = 10;

/** The seconds in which an alarm is raised and cleared; null where it stays. */
export interface Alarm {
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

/**
 * Netdata's `10s_ipv4_tcp_resets_received` as its configuration says it (health.d/tcp_resets.conf
 * of v1.37): every 10 s the average of the last 10 s against that of the minute before, ten times
 * as much to be raised and once as much to stay. Its delay of 20 s is that of the message, not of
 * the status. `rates` are per second, one for each second.
 */
export function netdataAlarms(rates: readonly number[]): Alarm[] {
  const alarms: { raisedAt: number; clearedAt: number | null }[] = [];
  let isWarning = false;
  for (let now = BASELINE_SECONDS + AVERAGE_SECONDS; now <= rates.length; now += LOOK_SECONDS) {
    const current = average(rates, now - AVERAGE_SECONDS, now);
    const before = average(rates, now - AVERAGE_SECONDS - BASELINE_SECONDS, now - AVERAGE_SECONDS);
    const isAbove: boolean = current > Math.max(FLOOR, before) * (isWarning ? 1 : RAISE_FACTOR);
    if (isAbove && !isWarning) alarms.push({ raisedAt: now, clearedAt: null });
    if (!isAbove && isWarning) alarms.at(-1)!.clearedAt = now;
    isWarning = isAbove;
  }
  return alarms;
}

function average(rates: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += rates[at]!;
  return sum / (to - from);
}
