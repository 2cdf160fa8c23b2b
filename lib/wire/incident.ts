import type { Evidence, Incident, IncidentHost } from "../domain/incident.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, timeTextFromWire, timeTextToWire, WireValueError } from "./wire-value.ts";

/** The incident object with its times as milliseconds. */
type WireIncident = WithMs<
  Omit<Incident, "hosts" | "evidence">,
  "startedAt" | "metAt" | "lastSeenAt" | "detectedAt" | "confirmedAt" | "revisedAt" | "resolvedAt"
> & {
  readonly hosts: Omit<Incident["hosts"], "list"> & { readonly list: readonly WireHost[] };
  readonly evidence: readonly WireEvidence[];
};
type WireHost = WithMs<IncidentHost, "firstSeenAt" | "lastSeenAt">;
type WireEvidence = WithMs<Evidence, "time">;

type WithMs<Domain, Times extends keyof Domain> = Omit<Domain, Times> & {
  readonly [Key in Times]: null extends Domain[Key] ? number | null : number;
};

export const incidentMapping: Mapping<Incident> = {
  toWire: (incident): WireIncident => ({
    ...incident,
    startedAt: timeTextToWire(incident.startedAt),
    metAt: timeTextToWire(incident.metAt),
    lastSeenAt: timeTextToWire(incident.lastSeenAt),
    detectedAt: timeTextToWire(incident.detectedAt),
    confirmedAt: nullable(incident.confirmedAt, timeTextToWire),
    revisedAt: timeTextToWire(incident.revisedAt),
    resolvedAt: nullable(incident.resolvedAt, timeTextToWire),
    hosts: {
      ...incident.hosts,
      list: incident.hosts.list.map((host) => ({
        ...host,
        firstSeenAt: timeTextToWire(host.firstSeenAt),
        lastSeenAt: timeTextToWire(host.lastSeenAt),
      })),
    },
    evidence: incident.evidence.map((line) => ({ ...line, time: timeTextToWire(line.time) })),
  }),
  // Spreading turns the codec's own classes into plain objects and keeps the contract's order.
  fromWire: (wire: WireIncident): Incident => ({
    ...wire,
    schemaVersion: schemaVersionOf(wire.schemaVersion),
    revision: atLeast(1, wire.revision, "revision"),
    escalation: atLeast(1, wire.escalation, "escalation"),
    rule: { ...wire.rule },
    scope: { ...wire.scope },
    startedAt: timeTextFromWire(wire.startedAt),
    metAt: timeTextFromWire(wire.metAt),
    lastSeenAt: timeTextFromWire(wire.lastSeenAt),
    detectedAt: timeTextFromWire(wire.detectedAt),
    confirmedAt: nullable(wire.confirmedAt, timeTextFromWire),
    revisedAt: timeTextFromWire(wire.revisedAt),
    resolvedAt: nullable(wire.resolvedAt, timeTextFromWire),
    hosts: {
      ...wire.hosts,
      list: wire.hosts.list.map((host) => ({
        ...host,
        firstSeenAt: timeTextFromWire(host.firstSeenAt),
        lastSeenAt: timeTextFromWire(host.lastSeenAt),
      })),
    },
    measure: { ...wire.measure, signals: wire.measure.signals.map((signal) => ({ ...signal })) },
    coverage: { ...wire.coverage },
    attribution: { ...wire.attribution },
    hypotheses: wire.hypotheses.map((hypothesis) => ({ ...hypothesis })),
    attack: wire.attack.map((technique) => ({ ...technique })),
    evidence: wire.evidence.map((line) => ({ ...line, time: timeTextFromWire(line.time) })),
    recurrence: { ...wire.recurrence },
    nextSteps: wire.nextSteps.map((step) => ({ ...step })),
    latency: { ...wire.latency },
  }),
};

function nullable<From, To>(value: From | null, map: (value: From) => To): To | null {
  return value === null ? null : map(value);
}

function schemaVersionOf(version: number): 1 {
  if (version !== 1) throw new WireValueError(`schemaVersion ${version}`);
  return version;
}
