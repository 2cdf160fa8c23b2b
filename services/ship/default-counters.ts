import type { Clock } from "../../lib/process/clock.ts";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";
import type { CounterReader } from "./counter-reader.ts";
import { FreebsdCounters } from "./freebsd-counters.ts";
import { LinuxCounters } from "./linux-counters.ts";
import { NamedNamespace, ownNamespace } from "./network-namespace.ts";

/** Systems whose counters can be read. */
export function countsOn(platform: string): boolean {
  return platform === "linux" || platform === "freebsd";
}

/**
 * The counters of this machine, as process.platform says which it is; `namespace` is the file of a
 * network namespace other than our own, which only Linux has.
 */
export function countersOf(
  platform: string,
  clock: Clock,
  namespace: string | null,
): CounterReader {
  if (platform === "linux") {
    const place = namespace === null ? ownNamespace() : new NamedNamespace(namespace);
    return new LinuxCounters({ namespace: place });
  }
  if (platform === "freebsd" && namespace === null) return new FreebsdCounters(clock);
  throw new Trouble(
    "counters_unknown",
    namespace === null
      ? `nothing is known of the counters of ${platform}`
      : `${platform} has no network namespaces`,
    "ship lines only (--lines), and leave ship.samples away",
    EXIT_CODES.configuration,
  );
}
