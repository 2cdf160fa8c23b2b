/** Which packets a host refuses, and so which of its counters move. */
export const PRESSURE_KINDS = ["resets", "syn", "udp", "fails"] as const;
export type PressureKind = (typeof PRESSURE_KINDS)[number];

/** So many packets a second more that one host refuses, for a while. */
export interface Pressure {
  /** Index of the host. */
  readonly host: number;
  readonly kind: PressureKind;
  readonly from: number;
  readonly seconds: number;
  /** At its height. */
  readonly pps: number;
  /** Doubles every so many seconds until it is at its height; 0: it is there at once. */
  readonly doublingSeconds: number;
  /** On for the first `on` of every `every` seconds; null: all the time. */
  readonly pulse: { readonly on: number; readonly every: number } | null;
  /** The same for all that one thing causes; 0 for what has no cause but chance. */
  readonly cause: number;
}

/** A pressure that begins at once and lasts. */
export function steady(
  given: Pick<Pressure, "host" | "from" | "seconds" | "pps"> & Partial<Pressure>,
): Pressure {
  return { kind: "resets", doublingSeconds: 0, pulse: null, cause: 0, ...given };
}

/** A ramp begins this far below its height. */
const RAMP_DOUBLINGS = 6;

/** Packets a second in a second, before chance has its say. */
export function ppsAt(pressure: Pressure, second: number): number {
  const { from, seconds, pps, doublingSeconds, pulse } = pressure;
  const at = second - from;
  if (at < 0 || at >= seconds) return 0;
  if (pulse !== null && at % pulse.every >= pulse.on) return 0;
  if (doublingSeconds === 0) return pps;
  return pps * 2 ** Math.min(0, at / doublingSeconds - RAMP_DOUBLINGS);
}

/** The second in which it is at its height. */
export function heightSecond({ from, doublingSeconds }: Pressure): number {
  return from + doublingSeconds * RAMP_DOUBLINGS;
}
