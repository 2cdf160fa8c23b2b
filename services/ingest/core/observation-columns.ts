import type { Canary } from "../../../lib/domain/canary.ts";
import { type HostReading, ReadingColumns } from "../../../lib/domain/host-readings.ts";
import type { HostIdentity, ObservationBatch, Tick } from "../../../lib/domain/observation.ts";

/** What a row costs in a record at most, beside its text and the name of a new host. */
const ROW_BYTES = 64;
const HOST_BYTES = 16;
/** What a reading costs beside the names that no other had, and each of its numbers. */
const READING_BYTES = 48;
const NUMBER_BYTES = 13;
const NAME_BYTES = 8;

/** Where a row's line stands and how its record arrived: shared by the rows of one record. */
export interface RowOrigin {
  /** `topic/partition@offset`. */
  readonly place: string;
  readonly arrivalMs: number;
}

/** One observation; numbers as in ObservationBatch. */
export interface Row {
  readonly timeMs: number;
  readonly kind: number;
  readonly gauge: number;
  readonly offered: number;
  readonly allowed: number;
  readonly suppressed: number;
  readonly count: number;
  readonly timeSource: number;
  readonly trust: number;
  readonly line: number;
  /** Null is not kept. */
  readonly text: string | null;
  /** What a sample counted. */
  readonly reading?: HostReading;
}

type Columns = { -readonly [Key in keyof ObservationBatch]: ObservationBatch[Key] } & {
  hosts: HostIdentity[];
  origins: string[];
  texts: string[];
} & Record<
    | "host"
    | "timeMs"
    | "kind"
    | "gauge"
    | "offered"
    | "allowed"
    | "suppressed"
    | "count"
    | "timeSource"
    | "trust"
    | "arrivalLateMs"
    | "origin"
    | "line"
    | "textOf",
    number[]
  >;

/** What a row's numbers cost at most, in a record that knows none of their names. */
export function readingBytes({ reading }: Row): number {
  if (reading === undefined) return 0;
  const { boot, os, sampler, counters, gauges, posture } = reading;
  let letters = sampler.length + (boot?.length ?? 0) + (os?.length ?? 0);
  let bytes = READING_BYTES;
  for (const list of [counters, gauges, posture]) {
    for (const { name } of list) letters += name.length;
    bytes += list.length * (NAME_BYTES + NUMBER_BYTES);
  }
  return bytes + letters * 3;
}

/** Rows on their way into one record of `observations`. */
export class ObservationColumns {
  /** An upper estimate of the encoded size. */
  bytes = 0;
  readonly #columns: Columns = emptyColumns();
  readonly #hostIndex = new Map<number, number>();
  #readings: ReadingColumns | null = null;

  get rows(): number {
    return this.#columns.host.length;
  }

  /** `hostId` tells hosts apart within the process; `identityOf` is asked once for each. */
  add(
    hostId: number,
    identityOf: (hostId: number) => HostIdentity,
    origin: RowOrigin,
    row: Row,
  ): void {
    const columns = this.#columns;
    columns.host.push(this.#indexOfHost(hostId, identityOf));
    columns.timeMs.push(row.timeMs);
    columns.kind.push(row.kind);
    columns.gauge.push(row.gauge);
    columns.offered.push(row.offered);
    columns.allowed.push(row.allowed);
    columns.suppressed.push(row.suppressed);
    columns.count.push(row.count);
    columns.timeSource.push(row.timeSource);
    columns.trust.push(row.trust);
    columns.arrivalLateMs.push(origin.arrivalMs - row.timeMs);
    columns.origin.push(this.#indexOfOrigin(origin.place));
    columns.line.push(row.line);
    this.bytes += ROW_BYTES;
    if (row.reading !== undefined) this.#addReading(row.reading);
    if (row.text === null) return;
    columns.texts.push(row.text);
    columns.textOf.push(columns.host.length - 1);
    // A character takes three bytes at most, and a half of a pair two.
    this.bytes += row.text.length * 3 + 8;
  }

  /** The batch, with what goes beside rows; the columns must not be used any more. */
  finish(ticks: readonly Tick[], canaries: readonly Canary[] = []): ObservationBatch {
    this.#columns.ticks = ticks;
    this.#columns.canaries = canaries;
    return this.#readings === null ? this.#columns : { ...this.#columns, readings: this.#readings };
  }

  #addReading(reading: HostReading): void {
    const readings = (this.#readings ??= new ReadingColumns());
    const { textLength, names, value } = readings;
    const before = { textLength, names: names.length, numbers: value.length };
    readings.add(this.#columns.host.length - 1, reading);
    const newNames = names.length - before.names;
    const newText = readings.textLength - before.textLength;
    this.bytes += READING_BYTES + newNames * NAME_BYTES + newText * 3;
    this.bytes += (value.length - before.numbers) * NUMBER_BYTES;
  }

  #indexOfHost(hostId: number, identityOf: (hostId: number) => HostIdentity): number {
    const known = this.#hostIndex.get(hostId);
    if (known !== undefined) return known;
    const host = identityOf(hostId);
    const index = this.#columns.hosts.push(host) - 1;
    this.#hostIndex.set(hostId, index);
    this.bytes += (host.realm.length + host.name.length) * 3 + HOST_BYTES;
    return index;
  }

  /** Records come one after the other: only the last one can be the same. */
  #indexOfOrigin(place: string): number {
    const { origins } = this.#columns;
    if (origins.at(-1) === place) return origins.length - 1;
    this.bytes += place.length * 3;
    return origins.push(place) - 1;
  }
}

function emptyColumns(): Columns {
  return {
    hosts: [],
    host: [],
    timeMs: [],
    kind: [],
    gauge: [],
    offered: [],
    allowed: [],
    suppressed: [],
    count: [],
    timeSource: [],
    trust: [],
    arrivalLateMs: [],
    origins: [],
    origin: [],
    line: [],
    texts: [],
    textOf: [],
    ticks: [],
    canaries: [],
  };
}
