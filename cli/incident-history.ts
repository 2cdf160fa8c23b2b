import type { Control } from "../lib/domain/control.ts";
import type { Delivery } from "../lib/domain/delivery.ts";
import type { Incident } from "../lib/domain/incident.ts";
import { controlJson } from "./guest/controls.ts";
import { deliveryJson, readDeliveries } from "./guest/deliveries.ts";
import type { GuestLog } from "./guest/guest-log.ts";

export type RevisionLine = Pick<
  Incident,
  "revision" | "state" | "severity" | "revisedAt" | "changes"
> & { readonly hosts: number };

/** An incident with everything that happened around it. */
export interface Story {
  readonly incident: Incident;
  /** Those that the log still holds: older ones leave by compaction after a week. */
  readonly revisions: readonly RevisionLine[];
  readonly controls: readonly Control[];
  readonly deliveries: readonly Delivery[];
  readonly json: object;
}

export async function storyOf(
  guest: GuestLog,
  incident: Incident,
  controls: readonly Control[],
): Promise<Story> {
  const revisions: RevisionLine[] = [];
  for await (const { value } of guest.records("incidents", "incident")) {
    if (value.id !== incident.id || value.revision <= (revisions.at(-1)?.revision ?? 0)) continue;
    const { revision, state, severity, revisedAt, changes, hosts } = value;
    revisions.push({ revision, state, severity, revisedAt, changes, hosts: hosts.count });
  }
  const deliveries = (await readDeliveries(guest)).filter(
    ({ incidentId }) => incidentId === incident.id,
  );
  const json = {
    ...incident,
    revisions,
    controls: controls.map(controlJson),
    deliveries: deliveries.map(deliveryJson),
  };
  return { incident, revisions, controls, deliveries, json };
}
