import type { HostIdentity, ObservationBatch } from "../../lib/domain/observation.ts";
import { KINDS, TIME_SOURCES, type Trust, TRUSTS } from "../../lib/domain/observation.ts";
import { GAUGES, signalOf } from "../../lib/domain/gauge.ts";
import type { GuestLog } from "./guest-log.ts";
import { type HostSettings, takeSettings } from "./host-settings.ts";
import { HOSTS_MAX, OBSERVATION_RECORDS_MAX } from "./limits.ts";

const SAMPLE = KINDS.indexOf("sample");
const ARRIVAL = TIME_SOURCES.indexOf("arrival");

/** What one host said, as far as the observations go back. */
export interface Sighting extends HostSettings {
  readonly host: HostIdentity;
  lines: number;
  samples: number;
  /** Event times. */
  firstMs: number;
  lastMs: number;
  /** How much later than its own time the last fact arrived; below 0 when its clock is ahead. */
  lateMs: number;
  /** Facts whose own time could not be believed. */
  timesReplaced: number;
  /** Lines by what they say. */
  readonly signals: Map<string, number>;
  /** The least proven origin of any fact. */
  trust: Trust;
}

export interface Sightings {
  readonly hosts: ReadonlyMap<string, Sighting>;
  /** Since when observations were looked at; null when none is there. */
  readonly sinceMs: number | null;
  /** Hosts beyond the ceiling, which are in no list. */
  readonly hostsMissed: number;
}

export function labelOf({ realm, name }: HostIdentity): string {
  return realm === "" ? name : `${realm}/${name}`;
}

/** Who was heard since `sinceMs`, bounded by the newest so many records of each partition. */
export async function readSightings(guest: GuestLog, sinceMs: number): Promise<Sightings> {
  const hosts = new Map<string, Sighting>();
  let missed = 0;
  let firstMs: number | null = null;
  for (const { partition, startOffset, endOffset } of await guest.ranges("observations")) {
    const earliest = Math.max(startOffset, endOffset - OBSERVATION_RECORDS_MAX);
    const from = await offsetAt(guest, partition, earliest, endOffset, sinceMs);
    const records = guest.partition("observations", "observation-batch", partition, from);
    for await (const { value, arrivalMs } of records) {
      firstMs = firstMs === null ? arrivalMs : Math.min(firstMs, arrivalMs);
      missed += count(hosts, value);
    }
  }
  return { hosts, sinceMs: firstMs, hostsMissed: missed };
}

/** The first offset that arrived at `sinceMs` or later, by halving: stamps hardly step back. */
async function offsetAt(
  guest: GuestLog,
  partition: number,
  from: number,
  to: number,
  sinceMs: number,
): Promise<number> {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const record = await guest.recordAt("observations", partition, middle);
    if (record !== null && record.arrivalMs < sinceMs) low = record.offset + 1;
    else high = middle;
  }
  return low;
}

/** Returns how many facts were of hosts that found no room. */
function count(hosts: Map<string, Sighting>, batch: ObservationBatch): number {
  const labels = batch.hosts.map(labelOf);
  let missed = 0;
  for (let row = 0; row < batch.host.length; row++) {
    const index = batch.host[row]!;
    const label = labels[index]!;
    let sighting = hosts.get(label);
    if (sighting === undefined) {
      if (hosts.size >= HOSTS_MAX) {
        missed += 1;
        continue;
      }
      sighting = newSighting(batch.hosts[index]!, batch.timeMs[row]!);
      hosts.set(label, sighting);
    }
    add(sighting, batch, row);
  }
  takeSettings(batch, (row) => hosts.get(labels[batch.host[row]!]!));
  return missed;
}

function newSighting(host: HostIdentity, timeMs: number): Sighting {
  return {
    host,
    lines: 0,
    samples: 0,
    firstMs: timeMs,
    lastMs: timeMs,
    lateMs: 0,
    timesReplaced: 0,
    signals: new Map(),
    trust: "authenticated",
    settingsMs: null,
    settings: new Map(),
  };
}

function add(sighting: Sighting, batch: ObservationBatch, row: number): void {
  const timeMs = batch.timeMs[row]!;
  const kind = batch.kind[row]!;
  if (kind === SAMPLE) sighting.samples += 1;
  else sighting.lines += 1;
  if (timeMs >= sighting.lastMs) {
    sighting.lastMs = timeMs;
    sighting.lateMs = batch.arrivalLateMs[row]!;
  }
  sighting.firstMs = Math.min(sighting.firstMs, timeMs);
  if (batch.timeSource[row] === ARRIVAL) sighting.timesReplaced += 1;
  const trust = TRUSTS[batch.trust[row]!] ?? "unverified";
  if (TRUSTS.indexOf(trust) < TRUSTS.indexOf(sighting.trust)) sighting.trust = trust;
  const gauge = GAUGES[batch.gauge[row]!];
  const signal = gauge === undefined ? (KINDS[kind] ?? "unknown") : signalOf(gauge);
  sighting.signals.set(signal, (sighting.signals.get(signal) ?? 0) + 1);
}
