import type { Control } from "../../../lib/domain/control.ts";
import { printable } from "../../../lib/domain/printable.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import type { Announced } from "../scope/known-controls.ts";
import { formatClock, formatDuration, formatMoment, formatSpan } from "./words.ts";

/** What people and tools have said about the time of an incident, one sentence each. */
export function announcementsOf(record: IncidentRecord, announced: Announced): string[] {
  const { maintenance } = announced;
  const sentences = [deploySentence(record, announced)];
  if (maintenance.length > 0) sentences.push(maintenanceSentence(maintenance));
  if (record.verdict !== null) {
    const { verdict, author, reason } = record.verdict;
    sentences.push(`${shortened(author)} judged it ${WORDS[verdict]}${said(reason)}.`);
  }
  return sentences;
}

/** The nearest deploy as evidence: `a deploy was marked at 08:28:50 UTC, 20 s before the start`. */
export function deployEvidence(
  { startedAt }: IncidentRecord,
  { deploys }: Announced,
): string | null {
  const [nearest] = deploys;
  if (nearest === undefined) return null;
  const second = Math.floor(nearest.fromMs / 1_000);
  const apart = startedAt - second;
  const when =
    apart === 0
      ? "at the start itself"
      : `${formatDuration(Math.abs(apart))} ${apart > 0 ? "before" : "after"} the start`;
  return `a deploy was marked at ${formatClock(second)}, ${when}`;
}

/** Without a feed of deploys nothing is known, which is not the same as none. */
function deploySentence(record: IncidentRecord, announced: Announced): string {
  const { hasDeployFeed, deploys } = announced;
  const evidence = deployEvidence(record, announced);
  if (evidence === null) {
    return hasDeployFeed
      ? `Deploys: none was marked in the ${formatDuration(LIMITS.deployBeforeSeconds)} before.`
      : "Deploys: not connected.";
  }
  const others = deploys.length - 1;
  const more = others === 0 ? "" : ` and ${others} more near it`;
  return `Deploys: ${evidence}${said(deploys[0]!.reason)}${more}.`;
}

function maintenanceSentence(maintenance: readonly Control[]): string {
  const [{ fromMs, untilMs, scope, reason }] = maintenance as readonly [Control];
  const from = Math.floor(fromMs / 1_000);
  const when =
    untilMs === null
      ? `since ${formatMoment(from)}`
      : formatSpan(from, Math.floor(untilMs / 1_000));
  const whose = scope === null ? "" : ` of ${shortened(`${scope.name} ${scope.value}`)}`;
  const others = maintenance.length - 1;
  const more = others === 0 ? "" : ` and ${others} more`;
  return `It overlaps with planned maintenance${whose} ${when}${said(reason)}${more}.`;
}

const WORDS = {
  attack: "an attack",
  benign: "benign",
  false: "a false finding",
  test: "a test",
} as const;

/** ` (payments 4.2)`; what people write is cut and cannot break the sentence into lines. */
function said(reason: string): string {
  const text = shortened(reason);
  return text === "" ? "" : ` (${text})`;
}

function shortened(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, " ").trim());
  const characters = Array.from(line);
  if (characters.length <= LIMITS.reasonCharsMax) return line;
  return `${characters.slice(0, LIMITS.reasonCharsMax - 1).join("")}…`;
}
