import { GAUGES } from "../domain/gauge.ts";
import type { ObservationBatch } from "../domain/observation.ts";
import { KINDS, TIME_SOURCES, TRUSTS } from "../domain/observation.ts";
import { canariesFromWire } from "./canary.ts";
import { readingsFromWire, readingsToWire } from "./host-readings.ts";
import type { Mapping } from "./wire-value.ts";
import { columnToWire, requireParallel, timeMsFromWire, WireValueError } from "./wire-value.ts";

/** Columns with one entry per observation, of which timeMs counts from baseTimeMs. */
const COLUMNS = [
  "host",
  "timeMs",
  "kind",
  "gauge",
  "offered",
  "allowed",
  "suppressed",
  "count",
  "timeSource",
  "trust",
  "arrivalLateMs",
  "origin",
  "line",
] as const;

type Columns = Record<(typeof COLUMNS)[number], number[]>;

interface WireObservationBatch extends Columns {
  hosts: ObservationBatch["hosts"];
  baseTimeMs: number;
  origins: readonly string[];
  texts: readonly string[];
  textOf: number[];
  ticks: ObservationBatch["ticks"];
  canaries: ObservationBatch["canaries"];
  /** Null on the wire where no host was sampled. */
  readings?: ReturnType<typeof readingsToWire> | null;
}

export const observationBatchMapping: Mapping<ObservationBatch> = {
  toWire(batch): WireObservationBatch {
    const { hosts, origins, texts, ticks, canaries, readings } = batch;
    const columns = columnsOf(batch);
    requireParallel(columns);
    const baseTimeMs = batch.timeMs[0] ?? 0;
    columns.timeMs = columns.timeMs.map((ms) => ms - baseTimeMs);
    return {
      hosts,
      ...columns,
      baseTimeMs,
      origins,
      texts,
      textOf: columnToWire(batch.textOf),
      ticks,
      canaries,
      readings: readings === undefined ? null : readingsToWire(readings),
    };
  },
  fromWire(wire: WireObservationBatch): ObservationBatch {
    requireParallel(columnsOf(wire));
    const rows = wire.host.length;
    requireIndexes(wire.host, wire.hosts.length, "host");
    requireIndexes(wire.origin, wire.origins.length, "origin");
    requireIndexes(wire.textOf, rows, "textOf");
    if (wire.textOf.length !== wire.texts.length) throw new WireValueError("texts without owner");
    const readings = wire.readings ?? null;
    return {
      ...(readings === null ? {} : { readings: readingsFromWire(readings, rows) }),
      hosts: wire.hosts.map(({ realm, name }) => ({ realm, name })),
      host: wire.host,
      timeMs: wire.timeMs.map((ms) => timeMsFromWire(wire.baseTimeMs + ms)),
      kind: known(wire.kind, KINDS.length),
      gauge: known(wire.gauge, GAUGES.length),
      offered: wire.offered,
      allowed: wire.allowed,
      suppressed: wire.suppressed,
      count: wire.count,
      timeSource: known(wire.timeSource, TIME_SOURCES.length),
      trust: known(wire.trust, TRUSTS.length),
      arrivalLateMs: wire.arrivalLateMs,
      origins: wire.origins,
      origin: wire.origin,
      line: wire.line,
      texts: wire.texts,
      textOf: wire.textOf,
      ticks: wire.ticks.map(({ source, arrivalMs }) => ({
        source,
        arrivalMs: timeMsFromWire(arrivalMs),
      })),
      canaries: canariesFromWire(wire.canaries),
    };
  },
};

function columnsOf(batch: Record<(typeof COLUMNS)[number], ArrayLike<number>>): Columns {
  const columns = {} as Columns;
  for (const column of COLUMNS) columns[column] = columnToWire(batch[column]);
  return columns;
}

function requireIndexes(column: number[], size: number, name: string): void {
  for (const index of column) {
    if (!(index >= 0 && index < size)) throw new WireValueError(`${name} ${index} of ${size}`);
  }
}

/** A number that a newer writer knows and this reader does not becomes -1, as an enum's default. */
function known(column: number[], size: number): number[] {
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value < -1 || value >= size) column[i] = -1;
  }
  return column;
}
