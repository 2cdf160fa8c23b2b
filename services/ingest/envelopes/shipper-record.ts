/** What a shipper's message says about one line, before the line itself is read. */
export interface ShipperRecord {
  /** The text as the shipper passes it on; it may hold a whole syslog line. */
  readonly text: string;
  /** The program that wrote it, where the shipper took it off the text. */
  readonly program: string | null;
  readonly pid: string | null;
  /** The host that the line named. */
  readonly host: string | null;
  /** Who sent it over the network. */
  readonly peer: string | null;
  /** The shipper's own machine: right on the host itself, wrong on a collector. */
  readonly collector: string | null;
  /** When it happened, from the line's head as the shipper parsed it. */
  readonly eventTime: unknown;
  /** A time without year and zone, as the line had it. */
  readonly headTime: unknown;
  /** The shipper's own clock. */
  readonly shipperTime: unknown;
  readonly uptimeSeconds: number;
}

export const NO_RECORD: ShipperRecord = {
  text: "",
  program: null,
  pid: null,
  host: null,
  peer: null,
  collector: null,
  eventTime: undefined,
  headTime: undefined,
  shipperTime: undefined,
  uptimeSeconds: Number.NaN,
};
