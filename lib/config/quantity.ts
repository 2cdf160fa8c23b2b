/** Numbers with their unit, as people write them in a configuration: `24h`, `500ms`, `8KiB`. */
const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
  GB: 1_000_000_000,
  GiB: 1_073_741_824,
};

/** Milliseconds; NaN where the text is not a whole number and a unit. */
export function parseDurationMs(text: string): number {
  return parseQuantity(text, DURATION_UNITS_MS);
}

/** Bytes; NaN where the text is not a whole number and a unit. */
export function parseSizeBytes(text: string): number {
  return parseQuantity(text, SIZE_UNITS_BYTES);
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number {
  const match = /^([0-9]{1,12})([A-Za-z]+)$/.exec(text);
  const factor = match?.[2] === undefined ? undefined : units[match[2]];
  return factor === undefined ? Number.NaN : Number(match?.[1]) * factor;
}

export function formatDurationMs(ms: number): string {
  return formatQuantity(ms, DURATION_UNITS_MS, "0s");
}

export function formatSizeBytes(bytes: number): string {
  const binary = Object.entries(SIZE_UNITS_BYTES).filter(([unit]) => !/^[kMG]B$/.test(unit));
  return formatQuantity(bytes, Object.fromEntries(binary), "0B");
}

/** In the largest unit that divides it, but 24h rather than 1d. */
function formatQuantity(
  amount: number,
  units: Readonly<Record<string, number>>,
  zero: string,
): string {
  if (amount === 0) return zero;
  let best = String(amount);
  for (const [unit, factor] of Object.entries(units)) {
    const isOne = unit === "d" && amount === factor;
    if (amount % factor === 0 && !isOne) best = `${amount / factor}${unit}`;
  }
  return best;
}
