import { countOf } from "../services/detect/rules/words.ts";
import type { Incident } from "../lib/domain/incident.ts";
import type { Answer } from "../lib/process/output.ts";
import { detectorOf } from "../offline/detector-of.ts";
import {
  compareFindings,
  type FoundIncident,
  foundIncident,
  type RuleDifference,
} from "../offline/rule-comparison.ts";
import type { InputFlags } from "./input-flags.ts";
import { runReplay, TICK_SECONDS_FINAL } from "./replay-run.ts";
import type { Settings } from "./settings.ts";

export interface ComparisonRun {
  /** Whose identities the hosts get. */
  readonly settings: Settings;
  readonly newSettings: Settings;
  readonly oldSettings: Settings;
  readonly files: readonly string[];
  readonly flags: InputFlags;
  readonly partitions: number;
}

/** Replays the files once under both sets of rules and says what each of them finds. */
export async function compareRules(run: ComparisonRun, answer: Answer): Promise<void> {
  const found: FoundIncident[] = [];
  const foundBefore: FoundIncident[] = [];
  const report = await runReplay({
    ...run,
    tickSeconds: TICK_SECONDS_FINAL,
    detectorsOf: (directory) =>
      [
        { settings: run.newSettings, into: found },
        { settings: run.oldSettings, into: foundBefore },
      ].map(({ settings, into }) =>
        detectorOf({
          ...settings,
          directory,
          partitions: run.partitions,
          retainSeconds: run.settings.config.time.retainSeconds,
          revisions: false,
          take: (incident: Incident) => into.push(foundIncident(incident)),
        }),
      ),
  });
  const differences = compareFindings(found, foundBefore);
  for (const difference of differences) answer.write(difference, differenceText(difference));
  if (answer.format === "human") answer.write({}, summaryText(differences));
  report(found.length);
}

function differenceText(difference: RuleDifference): string {
  if (difference.type !== "both") {
    const side = difference.type === "only_new" ? "only new" : "only old";
    return `${side}  ${findingText(difference.incident)}`;
  }
  const lines = difference.new.map((incident) => `both      ${findingText(incident)}`);
  for (const incident of difference.old) lines.push(`   before ${findingText(incident)}`);
  return lines.join("\n");
}

function findingText({ metAt, rule, title, hosts }: FoundIncident): string {
  const at = `${metAt.slice(0, 10)} ${metAt.slice(11, 19)} UTC`;
  return `${at}  ${rule}, ${countOf(hosts, "host")}: ${title}`;
}

function summaryText(differences: readonly RuleDifference[]): string {
  const count = (type: RuleDifference["type"]) =>
    differences.filter((difference) => difference.type === type).length;
  const [both, onlyNew, onlyOld] = [count("both"), count("only_new"), count("only_old")];
  if (both + onlyNew + onlyOld === 0) return "Neither the new nor the old rules find an incident.";
  const only = `${onlyNew} only by the new rules, ${onlyOld} only by the old ones`;
  return `${both} found by both, ${only}.`;
}
