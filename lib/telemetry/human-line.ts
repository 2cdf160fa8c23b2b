/**
 * One log record for a terminal: `08:30:00.123 warn  kernel dropped datagrams  input=udp`. Values
 * with blanks or quotes are written as JSON, so that none of them can look like another field.
 */
export function humanLine(record: Readonly<Record<string, unknown>>): string {
  const { time, level, message, ...fields } = record;
  const pairs = Object.entries(fields).flatMap(([name, value]) => pairsOf(name, value));
  const clock = String(time).slice(11, 23);
  return [`${clock} ${String(level).padEnd(5)} ${String(message)}`, ...pairs].join("  ");
}

/** An error's parts become `error.code`, `error.message` and so on. */
function pairsOf(name: string, value: unknown): string[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([part, inner]) => pairsOf(`${name}.${part}`, inner));
  }
  const isPlain = typeof value === "string" && /^[^\s"=]+$/.test(value);
  return [`${name}=${isPlain ? value : JSON.stringify(value)}`];
}
