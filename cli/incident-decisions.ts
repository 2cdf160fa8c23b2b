import { Option, type Command } from "commander";
import { type Control, VERDICTS, type Verdict } from "../lib/domain/control.ts";
import { wallClock } from "../lib/process/clock.ts";
import { Answer } from "../lib/process/output.ts";
import { controlJson, controlOf, controlText, defaultAuthor } from "./guest/controls.ts";
import { writeControl } from "./guest/controls.ts";
import { asGuest } from "./guest/guest-log.ts";
import { findIncident, incidentAt, knownIncidents } from "./guest/known-incidents.ts";
import { parseMoment } from "./guest/time-flags.ts";
import { formatOf, withConfig } from "./settings.ts";

interface DecisionFlags {
  readonly author?: string;
  readonly reason?: string;
  readonly from?: number;
  readonly until?: number;
}

type Kind = Pick<Control, "type"> & Partial<Pick<Control, "verdict" | "reason">>;

/** What people say about one incident: acknowledged, judged, noted. Each is one control. */
export function addDecisions(incidents: Command): void {
  const ack = withDecision(incidents.command("ack"))
    .summary("somebody looks after it: no more updates until it grows")
    .addHelpText("after", '\nExamples:\n  $ tidegauge incidents ack 3k9f2m7q --reason "on it"\n')
    .action((id: string, flags: DecisionFlags) => decide(ack, id, flags, { type: "acknowledge" }));

  const close = withDecision(incidents.command("close"))
    .summary("say what it was")
    .description("Records a verdict on an incident.")
    .addOption(
      new Option("--as <verdict>", "what it was").choices(VERDICTS).makeOptionMandatory(true),
    )
    .addHelpText("after", "\nExamples:\n  $ tidegauge incidents close 3k9f2m7q --as benign\n")
    .action((id: string, flags: DecisionFlags & { as: Verdict }) =>
      decide(close, id, flags, { type: "verdict", verdict: flags.as }),
    );

  const note = withDecision(incidents.command("note"))
    .summary("write something down beside it")
    .argument("<text...>", "the note")
    .addHelpText("after", "\nExamples:\n  $ tidegauge incidents note 3k9f2m7q asked the provider\n")
    .action((id: string, words: string[], flags: DecisionFlags) =>
      decide(note, id, flags, { type: "note", reason: words.join(" ") }),
    );
}

function withDecision(command: Command): Command {
  const moment = (text: string) => parseMoment(text, 1, wallClock.nowMs());
  return withConfig(command)
    .argument("<id>", "in full, or its last 8 characters")
    .option("--reason <text>", "why, for whoever reads it later")
    .option("--author <name>", "who decides; default: who is logged in")
    .addOption(new Option("--from <time>", "event time; default: when it began").argParser(moment))
    .addOption(
      new Option(
        "--until <time>",
        "event time, or a span such as 4h; default: without end",
      ).argParser(moment),
    );
}

function decide(command: Command, id: string, flags: DecisionFlags, kind: Kind): Promise<void> {
  return asGuest(command, async (guest) => {
    const known = findIncident(await knownIncidents(guest), id);
    const startedAt = (await incidentAt(guest, known))?.startedAt ?? known.metAt;
    const control = controlOf(
      {
        author: flags.author ?? defaultAuthor(),
        reason: flags.reason ?? "",
        fromMs: flags.from ?? Date.parse(startedAt),
        untilMs: flags.until ?? null,
        incidentId: known.id,
        ...kind,
      },
      wallClock.nowMs(),
    );
    await writeControl(guest, control);
    new Answer(formatOf(command)).write(controlJson(control), controlText(control));
  });
}
