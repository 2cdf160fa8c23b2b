import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";

/** The kernel logs of a machine that can be read. */
export const SOURCES = ["kmsg", "journald", "messages"] as const;
export type SourceName = (typeof SOURCES)[number];

/** What can be found out about this machine. */
export interface Machine {
  /** As process.platform says. */
  readonly platform: string;
  canReadKmsg(): Promise<boolean>;
  hasJournalctl(): Promise<boolean>;
}

/**
 * Where the kernel's lines are on this system: on Linux the kernel's own ring, or the journal where
 * this user may not read the ring; elsewhere what syslogd writes.
 */
export async function defaultSource(machine: Machine): Promise<SourceName> {
  const { platform } = machine;
  if (platform === "freebsd" || platform === "openbsd" || platform === "netbsd") return "messages";
  if (platform !== "linux") {
    throw new Trouble(
      "kernel_log_unknown",
      `nothing is known of the kernel log of ${platform}`,
      "configure `inputs`, or `ship: { sources: [messages] }`",
      EXIT_CODES.configuration,
    );
  }
  if (await machine.canReadKmsg()) return "kmsg";
  if (await machine.hasJournalctl()) return "journald";
  throw new Trouble(
    "kernel_log_closed",
    "this user may not read /dev/kmsg, and there is no journalctl",
    "run as root or with CAP_SYSLOG, or configure `inputs`",
    EXIT_CODES.configuration,
  );
}
