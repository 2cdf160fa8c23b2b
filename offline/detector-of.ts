import type { HostDirectory } from "../lib/domain/host-directory.ts";
import type { Incident } from "../lib/domain/incident.ts";
import type { Inventory } from "../lib/domain/inventory.ts";
import { hashStep, NAME_HASH_SEED } from "../lib/domain/name-table.ts";
import type { Rule } from "../lib/domain/rule.ts";
import type { Scoping } from "../lib/domain/scoping.ts";
import { LIMITS } from "../services/detect/limits.ts";
import { Detector } from "../services/detect/pipeline.ts";
import { configHash } from "../services/detect/rules/rule-hash.ts";
import { hostsExpectedOf } from "../services/detect/rules/hosts-expected.ts";
import type { IncidentSink } from "../services/detect/scope/incident-sink.ts";
import { IncidentCollector } from "./collect.ts";

export interface FoldOptions {
  readonly rules: readonly Rule[];
  readonly scoping: Scoping;
  readonly directory: HostDirectory;
  readonly partitions: number;
  readonly retainSeconds: number;
}

export interface OfflineOptions extends FoldOptions {
  readonly inventory: Inventory;
  readonly revisions: boolean;
  readonly take: (incident: Incident) => void;
}

/** The same with its incidents worded and collected. */
export function detectorOf(options: OfflineOptions): Detector {
  const { scoping } = options;
  const definitionOf = (name: string) =>
    scoping.definitions.find((definition) => definition.name === name);
  const sink = new IncidentCollector({
    configHashOf: ({ rule }) => configHash(rule, definitionOf(rule.scope)),
    hostsExpected: hostsExpectedOf(options.inventory, scoping),
    revisions: options.revisions,
    take: options.take,
  });
  return detectorInto(options, sink);
}

/** A detector whose partitions are host stages of this process, into a sink of one's own. */
export function detectorInto(options: FoldOptions, sink: IncidentSink): Detector {
  const { rules, scoping, directory, partitions } = options;
  return new Detector({
    rules,
    scoping,
    directory,
    partitions,
    partitionOf: (host) => nameHash(directory.labelOf(host)) % partitions,
    retainSeconds: options.retainSeconds,
    cellsMax: LIMITS.cellsMax,
    evidenceSlots: LIMITS.evidenceSlots,
    sink,
  });
}

function nameHash(name: string): number {
  let hash = NAME_HASH_SEED;
  for (let i = 0; i < name.length; i++) hash = hashStep(hash, name.charCodeAt(i));
  return hash >>> 0;
}
