import { Option, type Command } from "commander";
import type { Control } from "../lib/domain/control.ts";
import { INCIDENT_STATES, type Incident, type IncidentState } from "../lib/domain/incident.ts";
import { SEVERITIES, type Severity } from "../lib/domain/severity.ts";
import { wallClock } from "../lib/process/clock.ts";
import { Answer } from "../lib/process/output.ts";
import { concerns } from "../services/notify/core/silence.ts";
import { controlJson, readControls } from "./guest/controls.ts";
import { asGuest, type GuestLog } from "./guest/guest-log.ts";
import type { KnownIncident } from "./guest/known-incidents.ts";
import { findIncident, incidentAt, knownIncidents } from "./guest/known-incidents.ts";
import { ROWS_SHOWN } from "./guest/limits.ts";
import { parseMoment, wordList } from "./guest/time-flags.ts";
import { addDecisions } from "./incident-decisions.ts";
import { storyOf } from "./incident-history.ts";
import { incidentRow, storyText } from "./incident-story.ts";
import { parseCount } from "./input-flags.ts";
import { formatOf, withConfig } from "./settings.ts";

const LIST_EXAMPLES = `
Examples:
  $ tidegauge incidents list
  $ tidegauge incidents list --state confirmed,fading --severity high,critical
  $ tidegauge incidents list --scope fra1 --since 2h -o json
`;
const SHOW_EXAMPLES = `
Examples:
  $ tidegauge incidents show tg-20261120T082914Z-3k9f2m7q
  $ tidegauge incidents show 3k9f2m7q
`;
const EXPORT_EXAMPLES = `
Examples:
  $ tidegauge incidents export --since 30d > incidents.jsonl
  $ tidegauge incidents export --revisions 3k9f2m7q
`;

interface Filters {
  readonly state?: readonly IncidentState[];
  readonly severity?: readonly Severity[];
  readonly scope?: string;
  readonly since?: number;
}

/** `incidents`: what was found, and what people decided about it. */
export function addIncidents(program: Command): void {
  const incidents = program
    .command("incidents")
    .summary("what was found, and what people decided about it")
    .helpCommand(false);
  addList(incidents);
  addShow(incidents);
  addDecisions(incidents);
  addExport(incidents);
}

function addList(incidents: Command): void {
  const command = withFilters(withConfig(incidents.command("list")))
    .summary("incidents, the latest first")
    .description("The newest revision of each incident with the decisions that concern it.")
    .option("--limit <n>", "show so many", parseCount, ROWS_SHOWN)
    .addHelpText("after", LIST_EXAMPLES)
    .action((filters: Filters & { limit: number }) =>
      asGuest(command, async (guest) => {
        const controls = [...(await readControls(guest)).values()];
        const wanted = (await knownIncidents(guest)).filter((known) => fits(known, filters));
        const answer = new Answer(formatOf(command));
        for await (const incident of wholeOf(guest, wanted.slice(0, filters.limit))) {
          const own = decisionsOn(incident, controls);
          const said = { ...incident, controls: own.map(controlJson) };
          answer.write(said, incidentRow(incident, own));
        }
        tellRest(wanted.length, filters.limit);
      }),
    );
}

function addShow(incidents: Command): void {
  const command = withConfig(incidents.command("show"))
    .summary("one incident: the whole story")
    .description("Evidence, hosts, what changed, what was decided, who was told, what to do next.")
    .argument("<id>", "in full, or its last 8 characters")
    .addHelpText("after", SHOW_EXAMPLES)
    .action((id: string) =>
      asGuest(command, async (guest) => {
        const known = findIncident(await knownIncidents(guest), id);
        const incident = await incidentAt(guest, known);
        if (incident === null) return tellGone(known.id);
        const decided = decisionsOn(incident, (await readControls(guest)).values());
        const story = await storyOf(guest, incident, decided);
        new Answer(formatOf(command)).write(story.json, storyText(story));
      }),
    );
}

function addExport(incidents: Command): void {
  const command = withFilters(withConfig(incidents.command("export")))
    .summary("incidents as JSON lines, the earliest first")
    .description("The incident object of every incident, or of those named; -o changes nothing.")
    .argument("[ids...]", "in full, or their last 8 characters; none takes all")
    .option("--revisions", "every revision that the log still holds, not only the newest", false)
    .addHelpText("after", EXPORT_EXAMPLES)
    .action((ids: string[], flags: Filters & { revisions: boolean }) =>
      asGuest(command, async (guest) => {
        const known = await knownIncidents(guest);
        const named = ids.length === 0 ? known : ids.map((id) => findIncident(known, id));
        const wanted = named.filter((each) => fits(each, flags)).toReversed();
        const answer = new Answer("json");
        const all = flags.revisions ? revisionsOf(guest, wanted) : wholeOf(guest, wanted);
        for await (const incident of all) {
          await answer.writeText(answer.textOf(incident, () => ""));
        }
      }),
    );
}

function withFilters(command: Command): Command {
  const since = (text: string) => parseMoment(text, -1, wallClock.nowMs());
  return command
    .addOption(
      new Option("--state <states>", INCIDENT_STATES.join(", ")).argParser(
        wordList(INCIDENT_STATES),
      ),
    )
    .addOption(
      new Option("--severity <severities>", SEVERITIES.join(", ")).argParser(wordList(SEVERITIES)),
    )
    .option("--scope <scope>", "a value such as fra1, or with its name: site=fra1")
    .addOption(
      new Option("--since <time>", "seen since then: 2h, or 2026-11-20T08:30:00Z").argParser(since),
    );
}

function fits(known: KnownIncident, { state, severity, scope, since }: Filters): boolean {
  const { name, value } = known.scope;
  return (
    (state?.includes(known.state) ?? true) &&
    (severity?.includes(known.severity) ?? true) &&
    (scope === undefined || scope === value || scope === `${name}=${value}`) &&
    (since === undefined || Date.parse(known.lastSeenAt) >= since)
  );
}

async function* wholeOf(
  guest: GuestLog,
  wanted: readonly KnownIncident[],
): AsyncGenerator<Incident> {
  for (const known of wanted) {
    const incident = await incidentAt(guest, known);
    if (incident !== null) yield incident;
  }
}

/** In the order of the log. */
async function* revisionsOf(
  guest: GuestLog,
  wanted: readonly KnownIncident[],
): AsyncGenerator<Incident> {
  const ids = new Set(wanted.map(({ id }) => id));
  for await (const { value } of guest.records("incidents", "incident")) {
    if (ids.has(value.id)) yield value;
  }
}

/** Silences that ended before it, or began after it, say nothing about it. */
function decisionsOn(incident: Incident, controls: Iterable<Control>): readonly Control[] {
  const atMs = Date.parse(incident.lastSeenAt);
  return [...controls].filter((control) => {
    const { incidentId, fromMs, untilMs } = control;
    if (!concerns(control, incident)) return false;
    return incidentId !== null || (fromMs <= atMs && atMs < (untilMs ?? Number.POSITIVE_INFINITY));
  });
}

function tellRest(found: number, shown: number): void {
  if (found <= shown) return;
  process.stderr.write(`${found - shown} older ones are not shown: --limit ${found}\n`);
}

function tellGone(id: string): void {
  process.stderr.write(`${id} has left the log meanwhile\n`);
}
