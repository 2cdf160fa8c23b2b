import type { ExplainedIncident, ExplainedNearMiss, Explanation } from "../offline/explanation.ts";
import { countOf, formatDuration, formatMoment } from "../services/detect/rules/words.ts";

const HOSTS_SHOWN = 12;

/** Why a rule was met, or how far it was from it, for a person. */
export function explanationText(explanation: Explanation): string {
  const lines =
    explanation.type === "incident" ? incidentLines(explanation) : nearMissLines(explanation);
  return `${lines.join("\n  ")}\n`;
}

/** What stands below all of them. */
export function explanationSummary(explanations: readonly Explanation[]): string {
  const incidents = explanations.filter(({ type }) => type === "incident").length;
  const nearMisses = explanations.length - incidents;
  if (explanations.length === 0) {
    return "No incident, and no rule came to half of the hosts that it asks for.";
  }
  const missed = nearMisses < 2 ? "near miss" : "near misses";
  return `${countOf(incidents, "incident")}, ${nearMisses === 0 ? "no" : nearMisses} ${missed}.`;
}

function incidentLines(incident: ExplainedIncident): string[] {
  const { rule, scope, id, over, peak, hostsAtMet } = incident;
  const head = `INCIDENT  ${scope.name} ${scope.value}, rule "${rule.name}"`;
  if (rule.type === "single_host") {
    return [
      head,
      id,
      `Met at ${moment(incident.metAt)} by this host alone, up to ${moment(incident.lastSeenAt)}.`,
      "No rule that counts hosts was met with it.",
    ];
  }
  if (rule.type === "flood") {
    return [
      head,
      id,
      `Asks for ${asked(incident)}; met at ${moment(incident.metAt)}.`,
      ...stepLines(incident),
      `Most at once: ${countOf(peak.count, "host")} at ${moment(peak.at)}.`,
      `Held until ${moment(incident.lastSeenAt)}.`,
    ];
  }
  const most =
    over === 0
      ? "Never more than that at once: with one host less it would not have been met."
      : `Most at once: ${countOf(peak.count, "host")} at ${moment(peak.at)}, ` +
        `${over} more than needed.`;
  return [
    head,
    id,
    `Asks for ${asked(incident)}; met at ${moment(incident.metAt)} by ${names(hostsAtMet)}.`,
    most,
    `Held until ${moment(incident.lastSeenAt)}.`,
  ];
}

const STRENGTHS = {
  torrent: "at 800/s and more",
  strong: "with lines of the limiter, or a counter at 200/s and more,",
  tenfold: "with a counter at ten times normal",
  raised: "with lines of the limiter, or a counter far above normal,",
} as const;

function stepLines({ step }: ExplainedIncident): string[] {
  if (step === null) return [];
  const { hosts, needed, strength, dwellSeconds } = step;
  const enough = hosts === needed ? "" : `; ${needed} are enough for that`;
  return [
    `${countOf(hosts, "host")} ${STRENGTHS[strength]} had lasted for ` +
      `${formatDuration(dwellSeconds)} then${enough}.`,
  ];
}

function nearMissLines(miss: ExplainedNearMiss): string[] {
  const { rule, scope, peak, short, wider } = miss;
  const window = formatDuration(wider.withinSeconds);
  const twice = wider.met
    ? `With twice the window (${window}) it would have been met at ${moment(wider.metAt!)}.`
    : `Twice the window (${window}) would not have met it either.`;
  return [
    `NEAR MISS  ${scope.name} ${scope.value}, rule "${rule.name}": ${countOf(short, "host")} short`,
    `Asks for ${asked(miss)}; most at once were ${peak.count}, at ${moment(peak.at)}.`,
    `They were ${names(peak.hosts)}.`,
    twice,
  ];
}

function asked({ rule, needed }: Explanation): string {
  if (rule.type === "flood") {
    return "hosts that stay far above normal together, the longer the fewer they are";
  }
  return (
    `${countOf(needed, "host")} with ${rule.signal} within ` + formatDuration(rule.withinSeconds)
  );
}

function names(hosts: readonly string[]): string {
  const more = hosts.length - HOSTS_SHOWN;
  const shown = hosts.slice(0, HOSTS_SHOWN).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function moment(time: string): string {
  return formatMoment(Date.parse(time) / 1_000);
}
