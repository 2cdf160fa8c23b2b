import { assert } from "../../../lib/domain/assert.ts";

/**
 * A row's head in 32 bits: a second, counted from the first of its chunk, above how many hosts.
 * More hosts than fit take another row of the same second.
 */
export const OFFSET_SHIFT = 16;
export const OFFSET_MAX = 0xffff;
const HOSTS_MAX = 0xffff;
export const NO_SPLIT = -1;

export function offsetIn(head: number): number {
  return head >>> OFFSET_SHIFT;
}

export function hostsIn(head: number): number {
  return head & HOSTS_MAX;
}

/** Whether a row can take a host more, or one less; sums go into any. */
export function canTake(head: number, hosts: -1 | 0 | 1): boolean {
  if (hosts === 0) return true;
  return hosts === 1 ? hostsIn(head) < HOSTS_MAX : hostsIn(head) > 0;
}

/** At which offset full rows part for one more; NO_SPLIT where one that is there takes it. */
export function splitOf(
  words: Uint32Array,
  first: number,
  end: number,
  width: number,
  offset: number,
): number {
  const last = offsetIn(words[end - width]!);
  if (offset > last) return offset;
  for (let row = first; row < end; row += width) {
    const head = words[row]!;
    // One host less never needs a row that is not there.
    if (offsetIn(head) === offset && hostsIn(head) < HOSTS_MAX) return NO_SPLIT;
  }
  const earliest = offsetIn(words[first]!);
  let row = first + (((end - first) / width) >> 1) * width;
  while (row < end - width && offsetIn(words[row]!) === earliest) row += width;
  assert(offset < earliest || last > earliest, "two million hosts do not turn hot in one second");
  return offsetIn(words[row]!);
}
