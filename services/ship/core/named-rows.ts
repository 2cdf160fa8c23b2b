import { kindOfNumber } from "../../../lib/domain/kernel-counters.ts";
import { type NamedCount, readCount } from "../../../lib/domain/named-number.ts";
import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";
import type { HostNumbers, SampleFault } from "./host-counters.ts";
import { MAX_NAME_LENGTH, MAX_NAMES } from "./limits.ts";

/** Groups that no flood moves, or that repeat another one by number. */
const UNREAD_GROUPS = new Set(["IcmpMsg", "UdpLite", "MPTcpExt"]);

/**
 * /proc/net/snmp and /proc/net/netstat of Linux (net/ipv4/proc.c): pairs of lines, names and then
 * values, each behind its group. By name, for fields come and go between kernels; one that nobody
 * knows is a counter like the others.
 */
export function readNamedRows(text: string): HostNumbers | SampleFault {
  if (text === "" || !text.endsWith("\n")) return "cut_short";
  const lines = text.slice(0, -1).split("\n");
  if (lines.length % 2 !== 0) return "cut_short";
  const counters: NamedCount[] = [];
  const gauges: NamedNumber[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const fault = readRow(lines[at]!, lines[at + 1]!, counters, gauges);
    if (fault !== null) return fault;
  }
  return counters.length > MAX_NAMES ? "too_many_names" : { counters, gauges };
}

function readRow(
  head: string,
  row: string,
  counters: NamedCount[],
  gauges: NamedNumber[],
): SampleFault | null {
  const [group = "", ...fields] = head.split(" ");
  const [owner, ...values] = row.split(" ");
  if (group !== owner || !group.endsWith(":")) return "unknown_shape";
  if (fields.length !== values.length) return "cut_short";
  const prefix = group.slice(0, -1);
  if (UNREAD_GROUPS.has(prefix)) return null;
  for (const [index, field] of fields.entries()) {
    const name = `${prefix}.${field}`;
    const kind = kindOfNumber(name);
    if (kind === "constant") continue;
    const value = readCount(values[index]!);
    if (value === null || name.length > MAX_NAME_LENGTH) return "not_a_number";
    if (kind === "gauge") gauges.push({ name, value: Number(value) });
    else counters.push({ name, value });
  }
  return null;
}
