import type { Command } from "commander";
import { Answer } from "../lib/process/output.ts";
import { Explainer } from "../offline/explanation.ts";
import { explanationSummary, explanationText } from "./explanation-text.ts";
import { type InputFlags, withInputs } from "./input-flags.ts";
import { runReplay, TICK_SECONDS_FINAL } from "./replay-run.ts";
import { formatOf, loadSettings, withConfig } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge explain /var/log/messages
  $ tidegauge explain --config tidegauge.yaml logs/*.log.gz
  $ tidegauge explain --output json old.log | grep '"type":"near_miss"'
`;

/** `explain [FILE...]`: a replay that tells why, per incident and per near miss. */
export function addExplain(program: Command): void {
  const command = withInputs(withConfig(program.command("explain")))
    .summary("read log files and say why rules were met, or nearly met")
    .description(
      "Folds the lines as replay does and tells why: for every incident which rule was met, in " +
        "which second and by how much; for every near miss how many hosts were missing. A near " +
        "miss has at least half of the hosts that its rule asks for, and at least two.",
    )
    .argument("[files...]", "log files; none or - reads standard input")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: InputFlags) => {
      await explain(command, files, flags);
    });
}

async function explain(command: Command, files: string[], flags: InputFlags): Promise<void> {
  const settings = loadSettings(command);
  const answer = new Answer(formatOf(command));
  const explainer = new Explainer(settings.rules);
  const { scoping, config } = settings;
  const options = { scoping, partitions: 1, retainSeconds: config.time.retainSeconds };
  const report = await runReplay({
    settings,
    files,
    flags,
    tickSeconds: TICK_SECONDS_FINAL,
    detectorsOf: (directory) => explainer.detectorsOf(options, directory),
  });
  const explanations = explainer.explanations();
  for (const explanation of explanations) answer.write(explanation, explanationText(explanation));
  if (answer.format === "human") answer.write({}, explanationSummary(explanations));
  report(explanations.filter(({ type }) => type === "incident").length);
}
