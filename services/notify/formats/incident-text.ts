import type { Incident } from "../../../lib/domain/incident.ts";

const EVIDENCE_SHOWN = 3;
const HOSTS_SHOWN = 8;

/** An incident as a person at 3 a.m. reads it: what, since when, how sure, proof, what to do. */
export function incidentText(incident: Incident): string {
  const { evidence, nextSteps } = incident;
  const head = `${incident.severity.toUpperCase()} ${incident.state}  ${incident.title}`;
  const lines = [head, `  ${incident.id}  revision ${incident.revision}`];
  if (incident.changes.length > 0) lines.push(`  changed: ${incident.changes.join(", ")}`);
  lines.push(...wrap(incident.summary, 2));
  lines.push(`  hosts: ${hostNames(incident)}`);
  for (const { host, text, at } of evidence.slice(0, EVIDENCE_SHOWN)) {
    lines.push(`  | ${host}: ${text}  (${at})`);
  }
  const more = evidence.length - EVIDENCE_SHOWN;
  if (more > 0) lines.push(`  | and ${more} more, quoted in the JSON`);
  const { blind } = incident.coverage;
  if (blind.length > 0) lines.push(...wrap(`not seen: ${blind.join("; ")}`, 2));
  const [step] = nextSteps;
  if (step !== undefined) {
    const where = step.os === null ? "" : ` (${step.os})`;
    lines.push(`  next: ${step.title}${where}${step.command === null ? "" : `: ${step.command}`}`);
  }
  return `${lines.join("\n")}\n`;
}

function hostNames({ hosts }: Incident): string {
  const names = hosts.list.slice(0, HOSTS_SHOWN).map(({ host }) => host);
  const more = hosts.count - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

const WIDTH = 100;

/** Lines of at most 100 characters, each behind `indent` blanks. */
export function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > WIDTH - indent && line !== "") {
      lines.push(" ".repeat(indent) + line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  if (line !== "") lines.push(" ".repeat(indent) + line);
  return lines;
}
