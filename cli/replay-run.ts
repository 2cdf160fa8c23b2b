import type { HostDirectory } from "../lib/domain/host-directory.ts";
import { wallClock } from "../lib/process/clock.ts";
import { replayFiles } from "../offline/replay-files.ts";
import type { Detector } from "../services/detect/pipeline.ts";
import type { InputFlags } from "./input-flags.ts";
import { Progress } from "./progress.ts";
import { replayKeptLines } from "./replay-lines.ts";
import { RejectNotes } from "./reject-notes.ts";
import { reportRun } from "./run-report.ts";
import type { Settings } from "./settings.ts";

/** Log time between two looks: every second shows revisions as they would have come live. */
export const TICK_SECONDS_LIVE = 1;
export const TICK_SECONDS_FINAL = 60;

export interface ReplayRun {
  readonly settings: Settings;
  readonly files: readonly string[];
  readonly flags: InputFlags & { readonly from?: "lines" };
  readonly tickSeconds: number;
  readonly detectorsOf: (directory: HostDirectory) => readonly Detector[];
}

/**
 * Reads the files of a command into its detectors, with progress on a terminal. The answer reports
 * what became of every line: call it once everything is said.
 */
export async function runReplay(run: ReplayRun): Promise<(incidents: number) => void> {
  const { flags } = run;
  if (flags.from === "lines") return replayKeptLines(run);
  const rejects = new RejectNotes();
  let progress: Progress | null = null;
  const figures = await replayFiles({
    files: run.files,
    format: flags.format,
    realm: flags.realm,
    originHost: flags.host ?? null,
    zone: flags.zone,
    referenceMs: flags.referenceTime ?? null,
    nowMs: wallClock.nowMs(),
    identityRules: run.settings.identityRules,
    tickSeconds: run.tickSeconds,
    detectorsOf: run.detectorsOf,
    onReject: (file, line, reason, bytes) => rejects.note(file, line, reason, bytes),
    watch: (inputs) => {
      const shown = new Progress(inputs.map(({ bytes }) => bytes));
      progress = shown;
      return inputs.map(({ lines }) => shown.watch(lines));
    },
  });
  (progress as Progress | null)?.end();
  return (incidents) => reportRun({ ...figures, rejects, incidents });
}
