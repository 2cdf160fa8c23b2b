import type { IncidentRecord } from "../services/detect/scope/incident-record.ts";
import type { Watch } from "../services/detect/scope/watch.ts";

/** Whole seconds since 1970 UTC, both inclusive. */
export interface Seconds {
  readonly from: number;
  readonly to: number;
}

/** The first second in which the most hosts counted at once, and who they were. */
export interface Peak {
  readonly second: number;
  readonly count: number;
  readonly hosts: readonly string[];
}

export function peakOf({ rule, reader }: Watch, record: IncidentRecord): Peak {
  const { metAt, lastSeenAt } = record;
  // Its rule was met, so that many hosts count; more than took part cannot.
  let count = rule.hosts;
  let above = Math.max(count, record.hostCount) + 1;
  let second = metAt;
  while (above - count > 1) {
    const middle = (count + above) >> 1;
    const [first] = reader.yesRuns(metAt, lastSeenAt, middle);
    if (first === undefined) above = middle;
    else {
      count = middle;
      second = first.from;
    }
  }
  return { second, count, hosts: hostsAt(reader, second, rule.withinSeconds) };
}

/** Hosts that count at a second: hot in the window that ends with it. */
export function hostsAt(reader: Watch["reader"], second: number, withinSeconds: number): string[] {
  return reader
    .participants(second - withinSeconds + 1, second)
    .map(({ host }) => host)
    .toSorted();
}
