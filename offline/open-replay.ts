import { HostDirectory } from "../lib/domain/host-directory.ts";
import type { IdentityRules } from "../lib/domain/host-identity.ts";
import type { Incident } from "../lib/domain/incident.ts";
import type { Inventory } from "../lib/domain/inventory.ts";
import type { Rule } from "../lib/domain/rule.ts";
import type { Scoping } from "../lib/domain/scoping.ts";
import type { Detector } from "../services/detect/pipeline.ts";
import { detectorOf } from "./detector-of.ts";
import { type InputOptions, type OpenInput, openInputs } from "./files.ts";

export interface ReplayRequest extends Omit<InputOptions, "directory"> {
  readonly rules: readonly Rule[];
  readonly scoping: Scoping;
  readonly inventory: Inventory;
  readonly identityRules: (realm: string) => IdentityRules;
  readonly retainSeconds: number;
  readonly partitions: number;
  readonly revisions: boolean;
  readonly take: (incident: Incident) => void;
}

export interface OpenReplay {
  readonly inputs: readonly OpenInput[];
  readonly detector: Detector;
  readonly directory: HostDirectory;
}

/** Files and the detector that folds them, over one directory of hosts. */
export function openReplay(request: ReplayRequest): OpenReplay {
  const directory = new HostDirectory(request.identityRules);
  const inputs = openInputs({ ...request, directory });
  return { inputs, directory, detector: detectorOf({ ...request, directory }) };
}
