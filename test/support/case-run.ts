import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type InputFlags, withInputs } from "../../cli/input-flags.ts";
import { settingsOf, withConfig } from "../../cli/settings.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { OutcomeCounts } from "../../services/ingest/core/outcome-counts.ts";
import { DROP_REASONS, REJECT_REASONS } from "../../services/ingest/core/reading.ts";
import { replayedFiles } from "./replayed-files.ts";

/** What a user would notice of an incident; a case says as much of it as it is about. */
export interface ExpectedIncident {
  readonly rule: string;
  readonly scope: string;
  readonly startedAt: string;
  /** How many, or who. */
  readonly hosts?: number | readonly string[];
  readonly [field: string]: unknown;
}

export interface Expectation {
  readonly incidents: readonly ExpectedIncident[];
  /** Lines by outcome; `drop` and `reject` by reason. */
  readonly lines?: Readonly<Record<string, unknown>>;
}

const COMMAND = /^\$ npx tidegauge replay (.+)$/m;

/** Runs the command that a case's README shows, in its folder, without starting a process. */
export async function runCase(folder: string, partitions: number): Promise<Expectation> {
  const shown = COMMAND.exec(readFileSync(join(folder, "README.md"), "utf8"))?.[1];
  if (shown === undefined) throw new Error("its README shows no `$ npx tidegauge replay …`");
  const command = withInputs(withConfig(new Command())).argument("<files...>").exitOverride();
  command.parse(shown.split(" "), { from: "user" });
  const flags = command.opts<InputFlags & { config?: string }>();
  const settings = settingsOf({ path: flags.config, env: {}, workingDirectory: folder });
  const { inputs, incidents } = await replayedFiles(settings, {
    files: command.args.map((file) => join(folder, file)),
    format: flags.format,
    realm: flags.realm,
    originHost: flags.host ?? null,
    zone: flags.zone,
    referenceMs: flags.referenceTime ?? null,
    partitions,
    onReject: () => undefined,
  });
  const counts = new OutcomeCounts();
  for (const { lines } of inputs) counts.add(lines.counts);
  return { incidents: inOrder(incidents.map(noticed)), lines: linesOf(counts) };
}

function noticed(incident: Incident): ExpectedIncident {
  const { rule, kind, severity, scope, state, hosts, measure, coverage } = incident;
  const { startedAt, metAt, lastSeenAt, closeReason } = incident;
  return {
    rule: rule.name,
    kind,
    severity,
    scope: `${scope.name} ${scope.value}`,
    state,
    startedAt,
    metAt,
    lastSeenAt,
    hosts: hosts.list.map(({ host }) => host).toSorted(),
    suppressed: measure.suppressed,
    offeredPeak: measure.offeredPeakPerSecond,
    signals: Object.fromEntries(measure.signals.map(({ signal, hosts: of }) => [signal, of])),
    closeReason,
    reporting: coverage.reporting,
    unmeasured: coverage.unmeasured,
    silent: coverage.silent,
    blind: coverage.blind,
    title: incident.title,
  };
}

/** By start, then rule and scope: the order of files and partitions is nobody's business. */
function inOrder(incidents: ExpectedIncident[]): ExpectedIncident[] {
  const key = ({ startedAt, rule, scope }: ExpectedIncident) => `${startedAt} ${rule} ${scope}`;
  return incidents.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function linesOf(counts: OutcomeCounts): Readonly<Record<string, unknown>> {
  const byReason = (reasons: readonly string[], numbers: readonly number[]) =>
    Object.fromEntries(
      reasons
        .map((reason, at) => [reason, numbers[at]] as const)
        .filter(([, count]) => count !== 0),
    );
  return {
    pass: counts.pass,
    drop: byReason(DROP_REASONS, counts.drops),
    reject: byReason(REJECT_REASONS, counts.rejects),
  };
}

/** Only what the expectation speaks of, in its order, so that a difference shows nothing else. */
export function asExpected(actual: Expectation, expected: Expectation): Expectation {
  const incidents = actual.incidents.map((incident, at) => {
    const wanted = expected.incidents[at];
    if (wanted === undefined) return incident;
    const entries = Object.keys(wanted).map((field) => [field, incident[field]]);
    const picked = Object.fromEntries(entries) as ExpectedIncident;
    if (typeof wanted.hosts !== "number") return picked;
    return { ...picked, hosts: (incident.hosts as readonly string[]).length };
  });
  return expected.lines === undefined ? { incidents } : { incidents, lines: actual.lines ?? {} };
}

/** Figures may be rewritten; what an incident is, a person says. */
const FIGURES = new Set(["suppressed", "offeredPeak"]);

/** An expectation without its figures: the part that is never written by a program. */
export function withoutFigures({ incidents }: Expectation): object[] {
  return incidents.map((incident) =>
    Object.fromEntries(Object.entries(incident).filter(([field]) => !FIGURES.has(field))),
  );
}
