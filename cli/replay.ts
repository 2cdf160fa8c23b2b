import { Option, type Command } from "commander";
import type { Incident } from "../lib/domain/incident.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { detectorOf } from "../offline/detector-of.ts";
import { incidentText } from "../services/notify/formats/incident-text.ts";
import { type InputFlags, tooMany, withInputs } from "./input-flags.ts";
import { runReplay, TICK_SECONDS_FINAL, TICK_SECONDS_LIVE } from "./replay-run.ts";
import { loadGuestSettings } from "./guest/guest-settings.ts";
import { compareRules } from "./rule-comparison.ts";
import { formatOf, loadSettings, type Settings, settingsOf, withConfig } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge replay /var/log/messages
  $ tidegauge replay --config tidegauge.yaml logs/*.log.gz
  $ zcat old.gz | tidegauge replay --reference-time 2026-11-20T12:00:00Z -
  $ tidegauge replay --rules new.yaml --against tidegauge.yaml logs/*.log.gz
  $ tidegauge replay --from lines --config tidegauge.yaml

With --from lines years and believable times come from the arrival that was stamped live, zones from
the configured inputs, and evidence cites the log. Log time follows the hosts, as for files.
`;

const PARTITIONS_MAX = 1_024;

interface ReplayFlags extends InputFlags {
  readonly config?: string;
  readonly partitions: string;
  readonly revisions: boolean;
  readonly from?: "lines";
  readonly rules?: string;
  readonly against?: string;
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
    .addOption(
      new Option("--from <topic>", "the kept lines of the configured stream instead of files")
        .choices(["lines"])
        .conflicts(["format", "zone", "referenceTime", "host", "realm"]),
    )
    .option("--rules <new>", "the rules of this configuration, with its scopes")
    .option("--against <old>", "with --rules: what only NEW, only OLD and both of them find")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: ReplayFlags) => {
      await startReplay(command, files, flags);
    });
}

async function startReplay(command: Command, files: string[], flags: ReplayFlags): Promise<void> {
  const partitions = partitionsOf(flags);
  const { rules, against, config } = flags;
  const answer = new Answer(formatOf(command));
  const ruled = rules === undefined ? null : settingsAt(rules);
  // Without --config the new configuration says how hosts are named, too.
  const settings = ruled !== null && config === undefined ? ruled : ownSettings(command, flags);
  if (flags.from === "lines" && files.length > 0) throw filesBesideLines();
  if (against !== undefined) {
    if (ruled === null || flags.revisions) throw badComparison(ruled === null);
    const both = { newSettings: ruled, oldSettings: settingsAt(against) };
    return compareRules({ settings, ...both, files, flags, partitions }, answer);
  }
  const found = new Set<string>();
  const take = (incident: Incident): void => {
    found.add(incident.id);
    answer.write(incident, incidentText(incident));
  };
  const report = await runReplay({
    settings,
    files,
    flags,
    tickSeconds: flags.revisions ? TICK_SECONDS_LIVE : TICK_SECONDS_FINAL,
    detectorsOf: (directory) => [
      detectorOf({
        ...(ruled ?? settings),
        directory,
        partitions,
        retainSeconds: settings.config.time.retainSeconds,
        revisions: flags.revisions,
        take,
      }),
    ],
  });
  report(found.size);
}

function partitionsOf(flags: ReplayFlags): number {
  const partitions = Number(flags.partitions);
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= PARTITIONS_MAX) {
    return partitions;
  }
  throw tooMany("--partitions", partitions, PARTITIONS_MAX);
}

/** Kept lines may be those of a demo. */
function ownSettings(command: Command, { from }: ReplayFlags): Settings {
  return from === "lines" ? loadGuestSettings(command) : loadSettings(command);
}

function filesBesideLines(): Trouble {
  const problem = "--from lines reads the log instead of files";
  return new Trouble("flags_contradict", problem, "leave out the files, or --from", 2);
}

function settingsAt(path: string) {
  return settingsOf({ path, env: process.env, workingDirectory: process.cwd() });
}

function badComparison(lacksRules: boolean): Trouble {
  const problem = lacksRules
    ? "--against compares with the rules of --rules, which is missing"
    : "--against compares what incidents came to, not their revisions";
  const remedy = lacksRules ? "give --rules NEW --against OLD" : "leave out --revisions";
  return new Trouble("flags_contradict", problem, remedy, 2);
}
