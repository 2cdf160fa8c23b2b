import type { Incident } from "../lib/domain/incident.ts";
import { hiddenBySettings } from "../lib/domain/posture.ts";
import { formatTime } from "../lib/domain/time.ts";
import { moment } from "./guest/controls.ts";
import type { Sighting } from "./guest/host-sightings.ts";

/** A host that was heard, or that the inventory expects. */
export interface ShownHost {
  readonly label: string;
  readonly realm: string;
  readonly host: string;
  readonly scopes: Readonly<Record<string, string | null>>;
  /** Null when it was not heard. */
  readonly sighting: Sighting | null;
}

/** What is not seen of a host, as far as its facts tell. */
function blindOf({ sighting, scopes }: ShownHost): readonly string[] {
  const blind: string[] = [];
  if (sighting === null) blind.push("not heard: quiet, down, or its shipper is");
  else if (sighting.samples === 0) {
    blind.push("kernel lines only: what stays below its limits, and its silence, are not seen");
  } else if (sighting.settingsMs === null) {
    blind.push("its settings were not sent: what they hide is not known");
  } else blind.push(...hiddenBySettings(sighting.settings));
  const outside = Object.entries(scopes).flatMap(([name, value]) => (value === null ? [name] : []));
  if (outside.length > 0) blind.push(`in no ${outside.join(", no ")}`);
  if (sighting !== null && sighting.timesReplaced > 0) {
    const { timesReplaced: count } = sighting;
    const times = count === 1 ? "1 time was" : `${count} times were`;
    blind.push(`its clock is wrong: ${times} replaced by the arrival`);
  }
  return blind;
}

export function hostJson(shown: ShownHost): object {
  const { realm, host, scopes, sighting } = shown;
  const heard =
    sighting === null
      ? { firstSeenAt: null, lastSeenAt: null, lines: 0, samples: 0, signals: {} }
      : {
          firstSeenAt: formatTime(sighting.firstMs),
          lastSeenAt: formatTime(sighting.lastMs),
          lines: sighting.lines,
          samples: sighting.samples,
          signals: Object.fromEntries(sighting.signals),
        };
  const origin = { lateMs: sighting?.lateMs ?? null, trust: sighting?.trust ?? null };
  const settingsMs = sighting?.settingsMs ?? null;
  const settled = {
    settingsAt: settingsMs === null ? null : formatTime(settingsMs),
    settings: Object.fromEntries(sighting?.settings ?? []),
  };
  return { host, realm, scopes, ...heard, ...origin, ...settled, blind: blindOf(shown) };
}

export function hostRow(shown: ShownHost): string {
  const { label, sighting } = shown;
  const heard =
    sighting === null
      ? "not heard"
      : `last ${moment(sighting.lastMs)}  ${signalsText(sighting)}  ${sighting.trust}`;
  const spots = sighting === null ? [] : hiddenBySettings(sighting.settings);
  return `${label.padEnd(24)}  ${heard}${spots.map((spot) => `  blind: ${spot}`).join("")}`;
}

export function hostText(shown: ShownHost, incidents: readonly Incident[]): string {
  const { label, scopes, sighting } = shown;
  const groups = Object.entries(scopes).map(([name, value]) => `${name} ${value ?? "(none)"}`);
  const lines = [label, `  in ${groups.join(", ")}`];
  if (sighting !== null) {
    const { firstMs, lastMs, lateMs, trust } = sighting;
    lines.push(`  heard from ${moment(firstMs)} to ${moment(lastMs)}: ${signalsText(sighting)}`);
    const late = lateMs < 0 ? `${-lateMs} ms before` : `${lateMs} ms after`;
    lines.push(`  its last fact arrived ${late} the time in it; origin ${trust}`);
    lines.push(...settingsLines(sighting));
  }
  for (const what of blindOf(shown)) lines.push(`  blind: ${what}`);
  for (const { id, title } of incidents) lines.push(`  in ${id}  ${title}`);
  return lines.join("\n");
}

function settingsLines({ settingsMs, settings }: Sighting): string[] {
  if (settingsMs === null) return [];
  const said = [...settings].map(([name, value]) => `    ${name} ${value}`);
  return [`  its settings, read ${moment(settingsMs)}:`, ...said];
}

function signalsText({ signals }: Sighting): string {
  return [...signals].map(([signal, count]) => `${count} ${signal}`).join(", ");
}
