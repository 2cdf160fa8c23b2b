/** Every ceiling of reading a line, with its reason. */

/** The kernel counts in C ints; a larger number on a line is damage or forgery. */
export const MAX_COUNT = 2_147_483_647;

export const MAX_PORT = 65_535;

/** RFC 1035 ends at 253 octets, syslog-ng may chain two names; longer is not a name. */
export const MAX_HOST_BYTES = 511;

/** Digits of an uptime that are read: 2^53 has 16, and no host stays up for 10^12 seconds. */
export const MAX_UPTIME_DIGITS = 12;

/** How far into a line an unfamiliar head (a localised date, a line cut in front) may reach. */
export const MAX_UNFAMILIAR_HEAD_BYTES = 160;

/** A date in words has at most weekday, month, day and a particle before its time of day. */
export const MAX_UNFAMILIAR_HEAD_TOKENS = 5;

/** Event time further ahead of arrival than this is a wrong clock (detector.md section 5). */
export const MAX_AHEAD_MS = 5 * 60_000;

/** Event time further behind arrival than this is a wrong clock (detector.md section 5). */
export const MAX_BEHIND_MS = 30 * 86_400_000;

/** A yearless time may lie this far after the reference: clocks and zones differ by less. */
export const MAX_YEARLESS_AHEAD_MS = 86_400_000;

/** Events of one JSON line; batches of metrics or log records are smaller, the rest is a reject. */
export const MAX_EVENTS_PER_LINE = 10_000;

/** JSON deeper than this is no shipper's; OTLP needs 9. */
export const MAX_JSON_DEPTH = 64;

/** Names in one sample: /proc/net/netstat and snmp together have about 250. */
export const MAX_SAMPLE_NAMES = 2_000;

/** syslog-ng quotes 20 bytes (logwriter.c); other versions may quote more, never a whole screen. */
export const MAX_SUPPRESS_QUOTE_BYTES = 1_024;

/** Of a counter's name, a boot's, a system's; the longest sysctl of interest has about 50. */
export const MAX_SAMPLE_NAME_LENGTH = 128;

/** A shipper may wrap a message of another shipper, and that one a last one. */
export const MAX_NESTED_MESSAGES = 3;
