import { readCount } from "../../../lib/domain/named-number.ts";
import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";
import type { HostNumbers, SampleFault } from "./host-counters.ts";

/** Protocols whose sockets are of interest; their numbers are gauges, `sockstat.TCP.inuse`. */
const PROTOCOLS = new Set(["TCP", "UDP", "TCP6", "UDP6"]);

/** /proc/net/sockstat and sockstat6 of Linux: `TCP: inuse 21 orphan 0 tw 0 alloc 47 mem 0`. */
export function readSocketCounts(text: string): HostNumbers | SampleFault {
  if (text === "" || !text.endsWith("\n")) return "cut_short";
  const gauges: NamedNumber[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const [head = "", ...words] = line.split(" ");
    if (!head.endsWith(":") || words.length % 2 !== 0) return "unknown_shape";
    const protocol = head.slice(0, -1);
    if (!PROTOCOLS.has(protocol)) continue;
    for (let at = 0; at < words.length; at += 2) {
      const value = readCount(words[at + 1]!);
      if (value === null) return "not_a_number";
      gauges.push({ name: `sockstat.${protocol}.${words[at]!}`, value: Number(value) });
    }
  }
  return { counters: [], gauges };
}

/** How many rows /proc/net/tcp will have, about; null where these gauges do not say. */
export function tcpRowsExpected(gauges: readonly NamedNumber[]): number | null {
  const inUse = gauges.find(({ name }) => name === "sockstat.TCP.inuse")?.value;
  const waiting = gauges.find(({ name }) => name === "sockstat.TCP.tw")?.value;
  return inUse === undefined || waiting === undefined ? null : inUse + waiting;
}
