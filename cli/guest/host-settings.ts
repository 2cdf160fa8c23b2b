import { type HostReadings, NUMBER_KINDS } from "../../lib/domain/host-readings.ts";
import type { ObservationBatch } from "../../lib/domain/observation.ts";
import { SETTINGS_MAX } from "./limits.ts";

const POSTURE = NUMBER_KINDS.indexOf("posture");

/** What a host's settings last were, as sysctl calls them. */
export interface HostSettings {
  /** When the latest were read, milliseconds since 1970 UTC; null where none were sent. */
  settingsMs: number | null;
  readonly settings: Map<string, number>;
}

/** Takes over what the samples of a batch say of settings; most say nothing. */
export function takeSettings(
  batch: ObservationBatch,
  hostOf: (row: number) => HostSettings | undefined,
): void {
  const { readings } = batch;
  if (readings === undefined || readings.names.every(({ kind }) => kind !== POSTURE)) return;
  for (let at = 0; at < readings.row.length; at++) {
    const row = readings.row[at]!;
    const host = hostOf(row);
    if (host !== undefined) take(host, readings, at, batch.timeMs[row]!);
  }
}

/** An older sample says nothing new; one that leaves a setting out does not unset it. */
function take(host: HostSettings, readings: HostReadings, at: number, timeMs: number): void {
  if (host.settingsMs !== null && timeMs < host.settingsMs) return;
  const { names, name, value, end } = readings;
  for (let number = at === 0 ? 0 : end[at - 1]!; number < end[at]!; number++) {
    const named = names[name[number]!]!;
    if (named.kind !== POSTURE) continue;
    if (host.settings.size >= SETTINGS_MAX && !host.settings.has(named.name)) continue;
    host.settings.set(named.name, value[number]!);
    host.settingsMs = timeMs;
  }
}
