import { Option, type Command } from "commander";
import type { Control } from "../lib/domain/control.ts";
import type { Incident } from "../lib/domain/incident.ts";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { concerns } from "../services/notify/core/silence.ts";
import type { GuestLog } from "./guest/guest-log.ts";
import { asGuest } from "./guest/guest-log.ts";
import { controlJson, controlOf, controlText, defaultAuthor } from "./guest/controls.ts";
import { readControls, writeControl } from "./guest/controls.ts";
import { findIncident, incidentAt, isOpenState, knownIncidents } from "./guest/known-incidents.ts";
import { parseMoment, parseSpan } from "./guest/time-flags.ts";
import { formatOf, withConfig } from "./settings.ts";
import { matchersOf } from "./silence-matchers.ts";

const ADD_EXAMPLES = `
Examples:
  $ tidegauge silences add --reason "load test" --for 2h site=fra1
  $ tidegauge silences add --reason "scanner" --until 2026-12-01T00:00:00Z host=fra1-web-001
  $ tidegauge silences add --reason "load test" --for 2h --dry-run severity=low,medium

A silence keeps notifications back; incidents are found and kept as ever. All fields must match; of
the values of a field one must, and a host= or signal= list must name all of the incident's own.
`;

interface AddFlags {
  readonly reason: string;
  readonly author?: string;
  readonly for?: number;
  readonly until?: number;
  readonly from?: number;
  readonly incident?: string;
  readonly dryRun: boolean;
}

/** `silences`: what is not notified for a while, with a reason and an end. */
export function addSilences(program: Command): void {
  const silences = program
    .command("silences")
    .summary("what is not notified for a while")
    .helpCommand(false);
  addAdd(silences);
  addList(silences);
  addExpire(silences);
}

function addAdd(silences: Command): void {
  const moment = (text: string) => parseMoment(text, 1, wallClock.nowMs());
  const command = withConfig(silences.command("add"))
    .summary("keep notifications back; shows which incidents it would match")
    .argument("[matchers...]", "field=value[,value]")
    .requiredOption("--reason <text>", "why, for whoever misses a page")
    .option("--author <name>", "who decides; default: who is logged in")
    .addOption(new Option("--for <span>", "how long, such as 2h").argParser(parseSpan))
    .addOption(new Option("--until <time>", "its end").argParser(moment).conflicts("for"))
    .addOption(new Option("--from <time>", "event time; default: now").argParser(moment))
    .option("--incident <id>", "only this incident")
    .option("--dry-run", "only show what it would match", false)
    .addHelpText("after", ADD_EXAMPLES)
    .action((words: string[], flags: AddFlags) =>
      asGuest(command, async (guest) => {
        const silence = await silenceOf(guest, words, flags);
        const matched = await matchedBy(guest, silence);
        if (!flags.dryRun) await writeControl(guest, silence);
        const said = { ...controlJson(silence), added: !flags.dryRun, matches: idsOf(matched) };
        const head = flags.dryRun ? `not added: ${controlText(silence)}` : controlText(silence);
        new Answer(formatOf(command)).write(said, `${head}\n${matchesText(matched)}`);
      }),
    );
}

function addList(silences: Command): void {
  const command = withConfig(silences.command("list"))
    .summary("silences that hold or will hold, and what each matches")
    .option("--all", "those that are over, too", false)
    .addHelpText("after", "\nExamples:\n  $ tidegauge silences list --all\n")
    .action(({ all }: { all: boolean }) =>
      asGuest(command, async (guest) => {
        const answer = new Answer(formatOf(command));
        for (const control of (await readControls(guest)).values()) {
          const isSilence = control.type === "silence" || control.type === "maintenance";
          if (!isSilence || (!all && isOver(control))) continue;
          const matched = await matchedBy(guest, control);
          const said = { ...controlJson(control), matches: idsOf(matched) };
          answer.write(said, `${controlText(control)}\n${matchesText(matched)}`);
        }
      }),
    );
}

function addExpire(silences: Command): void {
  const command = withConfig(silences.command("expire"))
    .summary("end a silence now")
    .argument("<id>", "in full, or its last 8 characters")
    .addHelpText("after", "\nExamples:\n  $ tidegauge silences expire 1f0c9a27\n")
    .action((id: string) =>
      asGuest(command, async (guest) => {
        const silence = findSilence((await readControls(guest)).values(), id);
        const nowMs = wallClock.nowMs();
        const untilMs = Math.min(silence.untilMs ?? nowMs, Math.max(nowMs, silence.fromMs));
        const ended = { ...silence, untilMs, writtenAtMs: nowMs };
        await writeControl(guest, ended);
        new Answer(formatOf(command)).write(controlJson(ended), controlText(ended));
      }),
    );
}

async function silenceOf(
  guest: GuestLog,
  words: readonly string[],
  flags: AddFlags,
): Promise<Control> {
  const nowMs = wallClock.nowMs();
  const fromMs = flags.from ?? nowMs;
  const untilMs = flags.until ?? (flags.for === undefined ? null : fromMs + flags.for);
  if (untilMs === null) throw unclear("a silence has an end", "give --for or --until");
  if (untilMs <= fromMs) throw unclear("it would end before it begins", "give a later end");
  if (words.length === 0 && flags.incident === undefined) {
    throw unclear("it would hide everything", "give a matcher such as site=fra1, or --incident");
  }
  const incidentId =
    flags.incident === undefined
      ? null
      : findIncident(await knownIncidents(guest), flags.incident).id;
  const { reason, author = defaultAuthor() } = flags;
  const matchers = matchersOf(words);
  return controlOf(
    { type: "silence", author, reason, fromMs, untilMs, incidentId, matchers },
    nowMs,
  );
}

interface Matched {
  readonly open: readonly Incident[];
  /** Over already: they show what a silence like this would have hidden. */
  readonly past: number;
}

/** Known incidents that it fits, whenever they were. */
async function matchedBy(guest: GuestLog, control: Control): Promise<Matched> {
  const open: Incident[] = [];
  let past = 0;
  for (const known of await knownIncidents(guest)) {
    const incident = await incidentAt(guest, known);
    if (incident === null || !concerns(control, incident)) continue;
    if (isOpenState(incident)) open.push(incident);
    else past += 1;
  }
  return { open, past };
}

function idsOf({ open, past }: Matched): object {
  return { open: open.map(({ id }) => id), past };
}

function matchesText({ open, past }: Matched): string {
  const over = `${past} known ${past === 1 ? "incident" : "incidents"} that are over`;
  if (open.length === 0) return `  matches no open incident, and ${over}`;
  const lines = open.map(({ id, title }) => `    ${id}  ${title}`);
  return [`  matches ${open.length} open, and ${over}:`, ...lines].join("\n");
}

function findSilence(controls: Iterable<Control>, text: string): Control {
  const found = [...controls].filter(
    ({ id, type }) =>
      (type === "silence" || type === "maintenance") && (id === text || isShortOf(id, text)),
  );
  if (found.length === 1) return found[0]!;
  throw unclear(
    `${found.length === 0 ? "no silence is" : "several silences are"} called ${text}`,
    "give an id of `tidegauge silences list --all`",
  );
}

function isShortOf(id: string, text: string): boolean {
  return text.length >= 8 && id.endsWith(text);
}

function isOver({ untilMs }: Control): boolean {
  return untilMs !== null && untilMs <= wallClock.nowMs();
}

function unclear(what: string, remedy: string): Trouble {
  return new Trouble("silence_unclear", what, remedy, EXIT_CODES.usage);
}
