import type { Incident } from "../../lib/domain/incident.ts";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";
import type { GuestLog } from "./guest-log.ts";
import { INCIDENTS_MAX } from "./limits.ts";

/** What a list needs of an incident's newest revision, and where the whole of it stands. */
export interface KnownIncident extends Pick<
  Incident,
  "id" | "revision" | "state" | "severity" | "scope" | "metAt" | "lastSeenAt"
> {
  readonly partition: number;
  readonly offset: number;
}

/** The newest revision of every incident that the log holds, latest first. */
export async function knownIncidents(guest: GuestLog): Promise<readonly KnownIncident[]> {
  const known = new Map<string, KnownIncident>();
  for await (const { value, partition, offset } of guest.records("incidents", "incident")) {
    const { id, revision, state, severity, scope, metAt, lastSeenAt } = value;
    if (revision < (known.get(id)?.revision ?? 0)) continue;
    known.delete(id);
    const place = { partition, offset };
    known.set(id, { id, revision, state, severity, scope, metAt, lastSeenAt, ...place });
    if (known.size > INCIDENTS_MAX) known.delete(known.keys().next().value!);
  }
  return [...known.values()].toSorted((a, b) => compare(b.metAt, a.metAt) || compare(a.id, b.id));
}

/** The whole incident; null when the log forgot it meanwhile. */
export function incidentAt(guest: GuestLog, known: KnownIncident): Promise<Incident | null> {
  return guest.at("incidents", "incident", known);
}

const SHORT_ID_CHARACTERS = 8;

/** By its id in full, or by the last 8 characters of it. */
export function findIncident(known: readonly KnownIncident[], text: string): KnownIncident {
  const found = known.filter(
    ({ id }) => id === text || (text.length >= SHORT_ID_CHARACTERS && id.endsWith(text)),
  );
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    const what = `there is no incident ${text} in this log`;
    const remedy = "give an id of `tidegauge incidents list`, or its last 8 characters";
    throw new Trouble("incident_unknown", what, remedy, EXIT_CODES.usage);
  }
  const ids = found.map(({ id }) => id).join(", ");
  throw new Trouble("incident_ambiguous", `${text} ends ${ids}`, "give one", EXIT_CODES.usage);
}

/** Whether people should still look at it. */
export function isOpenState({ state }: Pick<Incident, "state">): boolean {
  return state === "suspected" || state === "confirmed" || state === "fading";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
