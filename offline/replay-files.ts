import { HostDirectory } from "../lib/domain/host-directory.ts";
import type { IdentityRules } from "../lib/domain/host-identity.ts";
import type { Detector } from "../services/detect/pipeline.ts";
import type { FactSource } from "./fact-source.ts";
import { type InputOptions, type OpenInput, openInputs } from "./files.ts";
import { replay } from "./replay.ts";
import { sideBySide } from "./side-by-side.ts";

export interface ReplayJob extends Omit<InputOptions, "directory"> {
  readonly identityRules: (realm: string) => IdentityRules;
  readonly tickSeconds: number;
  /** Who folds the facts, side by side, over one directory of hosts. */
  readonly detectorsOf: (directory: HostDirectory) => readonly Detector[];
  /** Looks on: the sources that are read instead of those of the inputs. */
  readonly watch: (inputs: readonly OpenInput[]) => readonly FactSource[];
}

export interface ReplayedFiles {
  readonly inputs: readonly OpenInput[];
  /** Facts that changed nothing, of the detector that refused most. */
  readonly beyondRetain: number;
  readonly hosts: number;
}

/** Reads all files once, to their end, into every detector. */
export async function replayFiles(job: ReplayJob): Promise<ReplayedFiles> {
  const directory = new HostDirectory(job.identityRules);
  const inputs = openInputs({ ...job, directory });
  const detectors = job.detectorsOf(directory);
  const beyondRetain = await foldAll(job.watch(inputs), detectors, job.tickSeconds);
  return { inputs, beyondRetain, hosts: directory.size };
}

/** Folds the sources into every detector; how many facts changed nothing in the worst of them. */
export async function foldAll(
  sources: readonly FactSource[],
  detectors: readonly Detector[],
  tickSeconds: number,
): Promise<number> {
  const [only, ...others] = detectors;
  const detector = only === undefined || others.length > 0 ? sideBySide(detectors) : only;
  await replay({ sources, detector, tickSeconds });
  return Math.max(0, ...detectors.map((one) => one.beyondRetain));
}
