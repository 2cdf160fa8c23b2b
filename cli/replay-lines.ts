import { HostDirectory } from "../lib/domain/host-directory.ts";
import { zoneOf } from "../lib/process/zone.ts";
import { RecordSource } from "../offline/record-source.ts";
import { foldAll } from "../offline/replay-files.ts";
import { openGuest } from "./guest/guest-log.ts";
import { RejectNotes } from "./reject-notes.ts";
import type { ReplayRun } from "./replay-run.ts";
import { reportRun } from "./run-report.ts";

/** Folds what the topic `lines` holds now, as far as retention has left it. */
export async function replayKeptLines(run: ReplayRun): Promise<(incidents: number) => void> {
  const { settings } = run;
  const { inputs, time } = settings.config;
  const zones = new Map(inputs.map(({ name, zone }) => [name, zoneOf(zone)]));
  const rejects = new RejectNotes();
  const directory = new HostDirectory();
  const guest = await openGuest(settings);
  try {
    const sources = (await guest.ranges("lines")).map(
      ({ topic, partition, startOffset }) =>
        new RecordSource({
          name: `${topic}/${partition}`,
          records: guest.partition("lines", "line-batch", partition, startOffset),
          zones,
          identityRules: settings.identityRules,
          retainMs: time.retainSeconds * 1_000,
          directory,
          onReject: (at, line, reason, bytes) => rejects.note(at, line, reason, bytes),
        }),
    );
    const detectors = run.detectorsOf(directory);
    const beyondRetain = await foldAll(sources, detectors, run.tickSeconds);
    const read = sources.map((lines) => ({ bytes: { trouble: null }, lines }));
    const figures = { inputs: read, beyondRetain, hosts: directory.size, rejects };
    return (incidents) => reportRun({ ...figures, incidents });
  } finally {
    await guest.close();
  }
}
