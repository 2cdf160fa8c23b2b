import type { Control } from "../lib/domain/control.ts";
import type { Incident, IncidentHost, NextStep } from "../lib/domain/incident.ts";
import { wrap } from "../services/notify/formats/incident-text.ts";
import { controlText } from "./guest/controls.ts";
import { deliveryText } from "./guest/deliveries.ts";
import type { RevisionLine, Story } from "./incident-history.ts";

const HOSTS_SHOWN = 50;

/** Two lines of a list: what, then which, when and what was decided. */
export function incidentRow(incident: Incident, controls: readonly Control[]): string {
  const { id, severity, state, title, revision, startedAt, lastSeenAt } = incident;
  const span = `${clockOf(startedAt)} to ${clockOf(lastSeenAt)} UTC`;
  const decided = controls.map(({ type, verdict }) => verdict ?? type);
  const mark = decided.length === 0 ? "" : `  [${[...new Set(decided)].join(", ")}]`;
  return [
    `${severity.toUpperCase()} ${state}  ${title}`,
    `  ${id}  revision ${revision}  ${span}${mark}`,
  ].join("\n");
}

/** Everything that is known of one incident, for a person. */
export function storyText({ incident, revisions, controls, deliveries }: Story): string {
  const { severity, state, title, id, revision, summary, closeReason, mergedInto } = incident;
  const ended = closeReason === null ? "" : `, ended: ${closeReason}`;
  const merged = mergedInto === null ? "" : `, part of ${mergedInto}`;
  const parts = [
    `${severity.toUpperCase()} ${state}  ${title}`,
    `  ${id}  revision ${revision}${ended}${merged}`,
    ...wrap(summary, 2),
    "",
    ...timesOf(incident),
    ...judgementOf(incident),
    ...section("hosts", hostLines(incident)),
    ...section(
      "evidence",
      incident.evidence.map(({ time, host, text, at }) => `${time} ${host}: ${text}  (${at})`),
    ),
    ...section("coverage", coverageLines(incident)),
    ...section("revisions", revisions.map(revisionLine)),
    ...section("decided", controls.map(controlText)),
    ...section("told", deliveries.map(deliveryText)),
    ...section("next", incident.nextSteps.map(stepLine)),
  ];
  return parts.join("\n");
}

function timesOf(incident: Incident): string[] {
  const { startedAt, metAt, lastSeenAt, detectedAt, confirmedAt, resolvedAt, rule } = incident;
  const known = [
    `began ${clockOf(startedAt)}`,
    `rule ${rule.name} met ${clockOf(metAt)}`,
    `last held ${clockOf(lastSeenAt)}`,
    `detected ${clockOf(detectedAt)}`,
    ...(confirmedAt === null ? [] : [`confirmed ${clockOf(confirmedAt)}`]),
    ...(resolvedAt === null ? [] : [`resolved ${clockOf(resolvedAt)}`]),
  ];
  return [`  times, UTC: ${known.join("; ")}`];
}

function judgementOf({ severityReasons, confidence, measure, ...rest }: Incident): string[] {
  const { hypotheses, attack, attribution, recurrence } = rest;
  const lines = [`  why ${rest.severity}: ${severityReasons.join("; ")}`];
  lines.push(`  confidence ${confidence}; ${attribution.sentence}`);
  for (const { signal, hosts, offeredPeakPerSecond, suppressed } of measure.signals) {
    const figures = `at most ${grouped(offeredPeakPerSecond)}/s, ${grouped(suppressed)} suppressed`;
    lines.push(`  ${signal}: ${grouped(hosts)} hosts, ${figures}`);
  }
  for (const { kind, standing, for: reasons, against } of hypotheses) {
    const not = against.length === 0 ? "" : `; against: ${against.join(", ")}`;
    const why = reasons.length === 0 ? "" : `: ${reasons.join(", ")}`;
    lines.push(`  ${standing}: ${kind}${why}${not}`);
  }
  for (const { id, name } of attack) lines.push(`  ATT&CK ${id} ${name}`);
  if (recurrence.count > 0) {
    lines.push(`  ${recurrence.count} earlier of this rule here, the last ${recurrence.lastId}`);
  }
  return lines;
}

function hostLines({ hosts }: Incident): string[] {
  const width = Math.max(0, ...hosts.list.slice(0, HOSTS_SHOWN).map(({ host }) => host.length));
  const lines = hosts.list.slice(0, HOSTS_SHOWN).map((host) => hostLine(host, width));
  const more = hosts.count - lines.length;
  return more > 0 ? [...lines, `and ${grouped(more)} more, in the JSON`] : lines;
}

function hostLine(host: IncidentHost, width: number): string {
  const { firstSeenAt, lastSeenAt, signals, offeredPeak, suppressed } = host;
  const span = `${clockOf(firstSeenAt)} to ${clockOf(lastSeenAt)}`;
  const figures = `at most ${grouped(offeredPeak)}/s, ${grouped(suppressed)} suppressed`;
  return `${host.host.padEnd(width)}  ${span}  ${signals.join(", ")}  ${figures}`;
}

function coverageLines({ coverage }: Incident): string[] {
  const { expected, reporting, unmeasured, silent, late, blind } = coverage;
  const lines = [`${expected} hosts expected, ${reporting} reporting, ${unmeasured} unmeasured`];
  if (silent.length > 0) lines.push(`silent: ${silent.join(", ")}`);
  if (late > 0) lines.push(`${late} facts came late`);
  return [...lines, ...blind.map((what) => `blind: ${what}`)];
}

function revisionLine({ revision, state, revisedAt, changes, hosts }: RevisionLine): string {
  const what = changes.length === 0 ? "first seen" : changes.join(", ");
  return `${revision}  ${clockOf(revisedAt)}  ${state}, ${hosts} hosts: ${what}`;
}

function stepLine({ title, os, command, risk }: NextStep): string {
  const where = os === null ? "" : ` (${os})`;
  const how = command === null ? "" : `: ${command}`;
  return `${title}${where}${how}${risk === "read_only" ? "" : `  [${risk}]`}`;
}

function section(name: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const indented = lines.map((line) => `    ${line.replaceAll("\n", "\n    ")}`);
  return [`  ${name}:`, ...indented];
}

function clockOf(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
