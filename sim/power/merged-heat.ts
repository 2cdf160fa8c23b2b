import type { HotHost } from "./hot-host.ts";

/** What a host says at rest, and while something presses on it, in the order of time. */
export function mergedHeat(rest: HotHost, pressed: HotHost): HotHost {
  const merged: HotHost = { seconds: [], masks: [] };
  let [one, other] = [0, 0];
  while (one < rest.seconds.length || other < pressed.seconds.length) {
    const a = rest.seconds[one] ?? Number.POSITIVE_INFINITY;
    const b = pressed.seconds[other] ?? Number.POSITIVE_INFINITY;
    merged.seconds.push(Math.min(a, b));
    merged.masks.push((a <= b ? rest.masks[one]! : 0) | (b <= a ? pressed.masks[other]! : 0));
    if (a <= b) one += 1;
    if (b <= a) other += 1;
  }
  return merged;
}
