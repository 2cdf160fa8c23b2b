import type { Command } from "commander";
import type { Incident } from "../lib/domain/incident.ts";
import { wallClock } from "../lib/process/clock.ts";
import { Answer } from "../lib/process/output.ts";
import { openReplay } from "../offline/open-replay.ts";
import { replay } from "../offline/replay.ts";
import { incidentText } from "../services/notify/formats/incident-text.ts";
import { type InputFlags, tooMany, withInputs } from "./input-flags.ts";
import { Progress } from "./progress.ts";
import { RejectNotes } from "./reject-notes.ts";
import { formatOf, loadSettings, withConfig } from "./settings.ts";
import { reportRun } from "./run-report.ts";

const EXAMPLES = `
Examples:
  $ tidegauge replay /var/log/messages
  $ tidegauge replay --config tidegauge.yaml logs/*.log.gz
  $ zcat old.gz | tidegauge replay --reference-time 2026-11-20T12:00:00Z -
`;

const PARTITIONS_MAX = 1_024;
/** Log time between two looks: every second where revisions are asked for, as it would be live. */
const TICK_SECONDS_LIVE = 1;
const TICK_SECONDS_FINAL = 60;

interface ReplayFlags extends InputFlags {
  readonly partitions: string;
  readonly revisions: boolean;
}

/** `replay [FILE...]`: lines in, incidents out, without a server; nothing is notified or kept. */
export function addReplay(program: Command): void {
  const command = withInputs(withConfig(program.command("replay")))
    .summary("read log files and say which incidents were in them")
    .description(
      "Folds the lines of all files, merged by time, exactly as the live pipeline would, and " +
        "prints what every incident came to. Files may be .gz or .zst; - is standard input.",
    )
    .argument("[files...]", "log files; none or - reads standard input")
    .option("--partitions <n>", "as many host stages; verdicts do not depend on it", "1")
    .option("--revisions", "every revision as it would have come, not only the last", false)
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: ReplayFlags) => {
      await runReplay(command, files, flags);
    });
}

async function runReplay(command: Command, files: string[], flags: ReplayFlags): Promise<void> {
  const settings = loadSettings(command);
  const partitions = Number(flags.partitions);
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > PARTITIONS_MAX) {
    throw tooMany("--partitions", partitions, PARTITIONS_MAX);
  }
  const answer = new Answer(formatOf(command));
  const rejects = new RejectNotes();
  const found = new Set<string>();
  const take = (incident: Incident): void => {
    found.add(incident.id);
    answer.write(incident, incidentText(incident));
  };
  const { inputs, detector, directory } = openReplay({
    ...settings,
    files,
    format: flags.format,
    realm: flags.realm,
    originHost: flags.host ?? null,
    zone: flags.zone,
    referenceMs: flags.referenceTime ?? null,
    nowMs: wallClock.nowMs(),
    retainSeconds: settings.config.time.retainSeconds,
    partitions,
    revisions: flags.revisions,
    onReject: (file, line, reason, bytes) => rejects.note(file, line, reason, bytes),
    take,
  });
  const progress = new Progress(inputs.map(({ bytes }) => bytes));
  await replay({
    sources: inputs.map(({ lines }) => progress.watch(lines)),
    detector,
    tickSeconds: flags.revisions ? TICK_SECONDS_LIVE : TICK_SECONDS_FINAL,
  });
  progress.end();
  reportRun({
    inputs,
    rejects,
    beyondRetain: detector.beyondRetain,
    hosts: directory.size,
    incidents: found.size,
  });
}
