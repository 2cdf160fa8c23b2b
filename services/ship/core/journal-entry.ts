/** One kernel line of the systemd journal. */
export interface JournalEntry {
  /** Where to go on behind it. */
  readonly cursor: string;
  readonly timeMs: number;
  readonly priority: number;
  readonly text: Uint8Array;
}

/** Kernel lines say their severity alone; without one they are notices. */
const NOTICE = 5;

/** The kernel's clock has not drifted by then, and journald begins to read within it. */
const EARLY_BOOT_US = 300_000_000;

const encoder = new TextEncoder();

/**
 * A line of `journalctl -o json` (systemd, Journal JSON Format): all values are strings, bytes that
 * are no UTF-8 an array of numbers, a value that was too long null. Null where it is no entry with
 * a text.
 */
export function readJournalEntry(json: string): JournalEntry | null {
  const fields = objectIn(json);
  const cursor = fields["__CURSOR"];
  const receivedUs = numberIn(fields["__REALTIME_TIMESTAMP"]);
  const text = textIn(fields["MESSAGE"]);
  if (typeof cursor !== "string" || receivedUs === null || text === null) return null;
  return {
    cursor,
    timeMs: Math.floor((receivedUs - delayUs(fields)) / 1_000),
    priority: numberIn(fields["PRIORITY"]) ?? NOTICE,
    text,
  };
}

/** What journald reads after it was started was written before: both on the kernel's clock. */
function delayUs(fields: Readonly<Record<string, unknown>>): number {
  const receivedUs = numberIn(fields["__MONOTONIC_TIMESTAMP"]);
  const writtenUs = numberIn(fields["_SOURCE_MONOTONIC_TIMESTAMP"]);
  if (receivedUs === null || writtenUs === null || receivedUs > EARLY_BOOT_US) return 0;
  return Math.max(0, receivedUs - writtenUs);
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function numberIn(value: unknown): number | null {
  if (typeof value !== "string" || value === "") return null;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function textIn(value: unknown): Uint8Array | null {
  if (typeof value === "string") return encoder.encode(value);
  if (!Array.isArray(value)) return null;
  return Uint8Array.from(value, (byte) => (typeof byte === "number" ? byte : 0));
}
