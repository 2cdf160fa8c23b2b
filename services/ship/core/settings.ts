import type { NamedNumber } from "../../../lib/domain/sample-batch.ts";

/** Settings of Linux that decide what its counters can say, as sysctl calls them. */
export const LINUX_SETTINGS = [
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_max_syn_backlog",
  "net.core.somaxconn",
  "net.ipv4.tcp_abort_on_overflow",
  "net.ipv4.icmp_ratelimit",
  "net.ipv4.icmp_msgs_per_sec",
] as const;

/** The same of FreeBSD; which of them exist depends on the release. */
export const FREEBSD_SETTINGS = [
  "net.inet.icmp.icmplim",
  "net.inet.icmp.icmplim_output",
  "net.inet.icmp.icmplim_jitter",
  "net.inet.tcp.blackhole",
  "net.inet.udp.blackhole",
  "net.inet.tcp.syncookies",
  "net.inet.tcp.syncookies_only",
  "net.inet.tcp.log_in_vain",
  "kern.ipc.soacceptqueue",
  "kern.ipc.somaxconn",
  "kern.ipc.sooverprio",
] as const;

/** `name: value` as FreeBSD's sysctl writes it, one to a line; of interest are the numbers. */
export function readSysctls(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) values.set(line.slice(0, colon), line.slice(colon + 2).trim());
  }
  return values;
}

/** A setting is whole and may be below 0 (`kern.ipc.sooverprio` -1 is off); null is none. */
export function readSetting(text: string): number | null {
  const [word = ""] = text.trim().split("\t");
  const value = word === "" ? Number.NaN : Number(word);
  return Number.isSafeInteger(value) ? value : null;
}

/** Those of `names` that have a value. */
export function settingsOf(
  names: readonly string[],
  values: ReadonlyMap<string, string>,
): readonly NamedNumber[] {
  return names.flatMap((name) => {
    const value = readSetting(values.get(name) ?? "");
    return value === null ? [] : [{ name, value }];
  });
}

/** pfctl's `Status: Enabled for 3 days …`; null where it says neither. */
export function readPfStatus(text: string): number | null {
  const line = text.split("\n").find((each) => each.startsWith("Status: ")) ?? "";
  if (line.startsWith("Status: Enabled")) return 1;
  return line.startsWith("Status: Disabled") ? 0 : null;
}

/** `{ sec = 1795163400, usec = 123456 } Fri …` (kern.boottime) in milliseconds; null is none. */
export function readBootTime(text: string): number | null {
  const [, seconds = ""] = text.split("sec = ");
  const value = Number.parseInt(seconds, 10);
  return Number.isSafeInteger(value) && value > 0 ? value * 1_000 : null;
}

/** Whether two readings of the settings say the same. */
export function isSamePosture(a: readonly NamedNumber[], b: readonly NamedNumber[]): boolean {
  const same = (each: NamedNumber, index: number) =>
    each.name === b[index]?.name && each.value === b[index]?.value;
  return a.length === b.length && a.every(same);
}
