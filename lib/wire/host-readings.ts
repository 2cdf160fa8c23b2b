import { type HostReadings, NUMBER_KINDS } from "../domain/host-readings.ts";
import { columnToWire, requireParallel, WireValueError } from "./wire-value.ts";

const NONE = -1;

interface WireReadings {
  readonly names: HostReadings["names"];
  readonly labels: readonly string[];
  readonly row: number[];
  readonly boot: number[];
  readonly os: number[];
  readonly sampler: number[];
  readonly uptimeSeconds: number[];
  readonly end: number[];
  readonly name: number[];
  readonly value: number[];
}

export function readingsToWire(readings: HostReadings): WireReadings {
  const { names, labels } = readings;
  return {
    names,
    labels,
    row: columnToWire(readings.row),
    boot: columnToWire(readings.boot),
    os: columnToWire(readings.os),
    sampler: columnToWire(readings.sampler),
    uptimeSeconds: columnToWire(readings.uptimeSeconds),
    end: columnToWire(readings.end),
    name: columnToWire(readings.name),
    value: columnToWire(readings.value),
  };
}

/** `rows` is how many observations there are. */
export function readingsFromWire(wire: WireReadings, rows: number): HostReadings {
  const { row, boot, os, sampler, uptimeSeconds, end, name, value } = wire;
  requireParallel({ row, boot, os, sampler, uptimeSeconds, end });
  requireParallel({ name, value });
  const labels = wire.labels.length;
  requireWithin(row, 0, rows, "row");
  requireWithin(boot, NONE, labels, "boot");
  requireWithin(os, NONE, labels, "os");
  requireWithin(sampler, 0, labels, "sampler");
  requireWithin(name, 0, wire.names.length, "name");
  requireWithin(end, 0, value.length + 1, "end");
  requireAscending(row, "row", 1);
  requireAscending(end, "end", 0);
  if ((end.at(-1) ?? 0) !== value.length) throw new WireValueError("numbers of no reading");
  for (const seconds of uptimeSeconds) {
    if (!(seconds === NONE || seconds >= 0)) throw new WireValueError(`uptime ${seconds}`);
  }
  return {
    names: wire.names.map(({ kind, name: text }) => ({ kind: knownKind(kind), name: text })),
    labels: wire.labels,
    row,
    boot,
    os,
    sampler,
    uptimeSeconds,
    end,
    name,
    value,
  };
}

/** A kind that only a newer writer knows reads as none. */
function knownKind(kind: number): number {
  return kind >= 0 && kind < NUMBER_KINDS.length ? kind : NONE;
}

function requireWithin(column: number[], from: number, to: number, what: string): void {
  for (const index of column) {
    if (!(index >= from && index < to)) throw new WireValueError(`${what} ${index} of ${to}`);
  }
}

function requireAscending(column: number[], what: string, step: number): void {
  for (let at = 1; at < column.length; at++) {
    if (column[at]! < column[at - 1]! + step) throw new WireValueError(`${what} does not ascend`);
  }
}
