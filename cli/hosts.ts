import { Option, type Command } from "commander";
import { hostIdentity } from "../lib/domain/host-identity.ts";
import type { Incident } from "../lib/domain/incident.ts";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { GuestLog } from "./guest/guest-log.ts";
import { asGuest } from "./guest/guest-log.ts";
import { labelOf, readSightings, type Sighting, type Sightings } from "./guest/host-sightings.ts";
import { incidentAt, isOpenState, knownIncidents } from "./guest/known-incidents.ts";
import { ROWS_SHOWN } from "./guest/limits.ts";
import { parseMoment } from "./guest/time-flags.ts";
import { hostJson, hostRow, hostText, type ShownHost } from "./hosts-text.ts";
import { parseCount } from "./input-flags.ts";
import { formatOf, withConfig } from "./settings.ts";

const LIST_EXAMPLES = `
Examples:
  $ tidegauge hosts list
  $ tidegauge hosts list --since 1h --silent
`;

const SHOW_EXAMPLES = `
Examples:
  $ tidegauge hosts show fra1-web-001
`;

const DAY_MS = 86_400_000;

interface HostFlags {
  readonly since?: number;
  readonly realm: string;
}

/** `hosts`: who reports, and what nobody would see. */
export function addHosts(program: Command): void {
  const hosts = program
    .command("hosts")
    .summary("who reports, since when, and what is blind")
    .helpCommand(false);
  addList(hosts);
  addShow(hosts);
}

function addList(hosts: Command): void {
  const command = withSince(hosts.command("list"))
    .summary("who reports, the latest first; then those of the inventory that do not")
    .option("--silent", "only hosts of the inventory that were not heard", false)
    .option("--limit <n>", "show so many", parseCount, ROWS_SHOWN)
    .addHelpText("after", LIST_EXAMPLES)
    .action((flags: HostFlags & { silent: boolean; limit: number }) =>
      asGuest(command, async (guest) => {
        const sightings = await readSightings(guest, sinceOf(flags));
        const all = shownHosts(guest, sightings);
        const wanted = flags.silent ? all.filter(({ sighting }) => sighting === null) : all;
        const answer = new Answer(formatOf(command));
        for (const host of wanted.slice(0, flags.limit)) {
          answer.write(hostJson(host), hostRow(host));
        }
        tellBounds(sightings, wanted.length, flags.limit);
      }),
    );
}

function addShow(hosts: Command): void {
  const command = withSince(hosts.command("show"))
    .summary("one host: what it says, how far it can be trusted, what is blind")
    .argument("<host>", "its name")
    .addHelpText("after", SHOW_EXAMPLES)
    .action((name: string, flags: HostFlags) =>
      asGuest(command, async (guest) => {
        const { realm } = flags;
        const host = hostIdentity(name, guest.settings.identityRules(realm));
        const label = labelOf({ realm, name: host });
        const sightings = await readSightings(guest, sinceOf(flags));
        const shown = shownHosts(guest, sightings).find((each) => each.label === label);
        if (shown === undefined) throw unknownHost(label, flags.since);
        const incidents = await incidentsOf(guest, label);
        const said = { ...hostJson(shown), incidents: incidents.map(({ id }) => id) };
        new Answer(formatOf(command)).write(said, hostText(shown, incidents));
      }),
    );
}

function withSince(command: Command): Command {
  const since = (text: string) => parseMoment(text, -1, wallClock.nowMs());
  return withConfig(command)
    .addOption(
      new Option("--since <time>", "heard since then; default: the last 24h").argParser(since),
    )
    .option("--realm <realm>", "the realm of the host", "");
}

function sinceOf({ since }: HostFlags): number {
  return since ?? wallClock.nowMs() - DAY_MS;
}

/** Heard ones, the latest first, then those of the inventory that were not. */
function shownHosts({ settings }: GuestLog, { hosts }: Sightings): readonly ShownHost[] {
  const { scoping, inventory } = settings;
  const names = scoping.definitions.map(({ name }) => name);
  const shownOf = (realm: string, host: string, sighting: Sighting | null): ShownHost => {
    const values = scoping.scopesOf(realm, host);
    const entries = names.map((name, index) => [name, values[index] ?? null] as const);
    const label = labelOf({ realm, name: host });
    return { label, realm, host, scopes: Object.fromEntries(entries), sighting };
  };
  const heard = [...hosts.values()].toSorted((a, b) => b.lastMs - a.lastMs);
  const silent = inventory.hosts.filter(
    ({ realm, host }) => !hosts.has(labelOf({ realm, name: host })),
  );
  return [
    ...heard.map((sighting) => shownOf(sighting.host.realm, sighting.host.name, sighting)),
    ...silent.map(({ realm, host }) => shownOf(realm, host, null)),
  ];
}

/** Open incidents that name it. */
async function incidentsOf(guest: GuestLog, label: string): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  for (const known of await knownIncidents(guest)) {
    if (!isOpenState(known)) continue;
    const incident = await incidentAt(guest, known);
    if (incident?.hosts.list.some(({ host }) => host === label)) found.push(incident);
  }
  return found;
}

function tellBounds({ sinceMs, hostsMissed }: Sightings, found: number, shown: number): void {
  const notes: string[] = [];
  if (sinceMs === null) notes.push("no host was heard in that time");
  if (found > shown) notes.push(`${found - shown} more are not shown: --limit ${found}`);
  if (hostsMissed > 0) notes.push(`${hostsMissed} facts of further hosts found no room here`);
  for (const note of notes) process.stderr.write(`${note}\n`);
}

function unknownHost(label: string, since: number | undefined): Trouble {
  const when = since === undefined ? "in the last 24 h" : "since then";
  const what = `${label} was not heard ${when} and is in no inventory`;
  const remedy = "see `tidegauge hosts list`, or look further back with --since";
  return new Trouble("host_unknown", what, remedy, EXIT_CODES.usage);
}
