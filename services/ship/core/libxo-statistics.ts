import { fittingCount, type NamedCount, readCount } from "../../../lib/domain/named-number.ts";
import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";
import type { HostNumbers, SampleFault } from "./host-counters.ts";
import { MAX_LIBXO_DEPTH, MAX_NAME_LENGTH, MAX_NAMES } from "./limits.ts";

/** Sockets by state, in FreeBSD 13 and later; the key has blanks. */
const STATES = "TCP connection count by state";
const SYN_RECEIVED = "SYN_RCVD";

/** Where libxo puts everything, whatever its version wraps around it. */
const ROOT = "statistics";

interface Collected {
  readonly counters: NamedCount[];
  readonly gauges: NamedNumber[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * `netstat -s --libxo json` of FreeBSD: groups in groups, each number under its path with dots:
 * `tcp.embryonic-connections-dropped`, `tcp.syncache.dropped`. Groups came and went with releases
 * (`tcp.syncookies` and `tcp.tw` are new), so every number counts, whatever it is called; text and
 * histograms are passed over. Numbers may be in quotes.
 */
export function readLibxoStatistics(text: string): HostNumbers | SampleFault {
  let value: unknown;
  try {
    value = JSON.parse(text, keepDigits as never);
  } catch {
    return "cut_short";
  }
  const root = isGroup(value) && Object.hasOwn(value, ROOT) ? value[ROOT] : null;
  const statistics = Array.isArray(root) && root.length === 1 ? (root[0] as unknown) : root;
  if (!isGroup(statistics)) return "unknown_shape";
  const collected: Collected = { counters: [], gauges: [] };
  const fault = collect(collected, statistics, "", 0);
  if (fault !== null) return fault;
  return collected.counters.length === 0 ? "unknown_shape" : collected;
}

/** Whole numbers beyond 2^53 keep every digit. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const digits = context?.source ?? "";
  return readCount(digits) === null ? value : BigInt(digits);
}

function collect(to: Collected, group: Json, path: string, depth: number): SampleFault | null {
  if (depth > MAX_LIBXO_DEPTH) return "unknown_shape";
  for (const [key, value] of Object.entries(group)) {
    if (key === STATES) {
      addStates(to, value);
      continue;
    }
    const name = path === "" ? key : `${path}.${key}`;
    const fault = isGroup(value) ? collect(to, value, name, depth + 1) : add(to, name, value);
    if (fault !== null) return fault;
  }
  return null;
}

function add({ counters }: Collected, name: string, value: unknown): SampleFault | null {
  const count = countOf(value);
  if (count === null) return typeof value === "number" ? "not_a_number" : null;
  if (counters.length >= MAX_NAMES || name.length > MAX_NAME_LENGTH) return "too_many_names";
  counters.push({ name, value: count });
  return null;
}

/** Sockets now, not since the boot: gauges, `tcp.state.LISTEN`. */
function addStates({ gauges }: Collected, states: unknown): void {
  if (!isGroup(states)) return;
  for (const [state, value] of Object.entries(states)) {
    const count = countOf(value);
    if (count === null || gauges.length >= MAX_NAMES) continue;
    gauges.push({ name: `tcp.state.${state}`, value: Number(count) });
    if (state === SYN_RECEIVED) gauges.push({ name: "synRecv", value: Number(count) });
  }
}

function countOf(value: unknown): number | string | null {
  if (typeof value === "string") return readCount(value);
  if (typeof value === "bigint") return fittingCount(value);
  const isWhole = typeof value === "number" && Number.isSafeInteger(value);
  return isWhole ? fittingCount(BigInt(value)) : null;
}

function isGroup(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
