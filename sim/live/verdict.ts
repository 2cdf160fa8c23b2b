import type { Incident } from "../../lib/domain/incident.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { formatTime, SECOND_MS } from "../../lib/domain/time.ts";
import { episodes, type Episode, type Fact } from "../oracle.ts";
import { gaugesOf } from "./watched.ts";

/**
 * The verdict of an incident (detector.md section 6) as one line of text, so that two lists of them
 * compare and a difference can be read.
 */
export function verdictOf(incident: Incident): string {
  const { rule, scope, startedAt, metAt, lastSeenAt, hosts, measure, state } = incident;
  const names = hosts.list.map(({ host }) => host).toSorted();
  return verdictText({
    rule: rule.name,
    scope: scope.value,
    startedAt,
    metAt,
    lastSeenAt,
    hosts: hosts.count === names.length ? names : [...names, `${hosts.count} counted`],
    measure: rule.type === "single_host" ? null : measure,
    ended: state === "resolved",
  });
}

interface Verdict {
  readonly rule: string;
  readonly scope: string;
  readonly startedAt: string;
  readonly metAt: string;
  readonly lastSeenAt: string;
  readonly hosts: readonly string[];
  /** Null for a single host, whose sums are those of its runs and not of all its cells. */
  readonly measure: { readonly offeredPeakPerSecond: number; readonly suppressed: number } | null;
  readonly ended: boolean;
}

function verdictText(verdict: Verdict): string {
  const { rule, scope, startedAt, metAt, lastSeenAt, hosts, measure, ended } = verdict;
  const sums = measure === null ? "" : `${measure.offeredPeakPerSecond} ${measure.suppressed} `;
  const end = ended ? "ended" : "not ended";
  return `${rule} ${scope} ${startedAt} ${metAt} ${lastSeenAt} ${sums}${end} ${hosts.join(",")}`;
}

interface Larger {
  readonly within: number;
  readonly episode: Episode;
}

/** What the facts must come to, by the plain sequential oracle: no log, no windows, no state. */
export function expectedVerdicts(facts: readonly Fact[], rules: readonly Rule[]): string[] {
  const larger: Larger[] = [];
  const verdicts: string[] = [];
  for (const rule of rules) {
    if (rule.type === "single_host") continue;
    const scoped = facts.map((fact) => (rule.scope === "fleet" ? { ...fact, scope: "all" } : fact));
    for (const episode of episodes(scoped, { ...rule, gauges: gaugesOf(rule) })) {
      larger.push({ within: rule.withinSeconds, episode });
      verdicts.push(textOf(rule.name, episode, true));
    }
  }
  for (const rule of rules) {
    if (rule.type !== "single_host") continue;
    const scoped = facts.map((fact) => ({ ...fact, scope: fact.host }));
    for (const episode of episodes(scoped, { ...rule, gauges: gaugesOf(rule) })) {
      // What larger incidents explain together is told with them and not again.
      const explaining = larger.filter((other) => takesIn(other.episode, episode));
      if (secondsOf(episode).every((second) => explaining.some(reaches(second)))) continue;
      verdicts.push(textOf(rule.name, episode, false));
    }
  }
  return verdicts.toSorted();
}

/** A host's episode falls into a larger one that the host is part of. */
function takesIn(larger: Episode, single: Episode): boolean {
  return (
    larger.hosts.includes(single.scope) &&
    single.startedAt <= larger.lastSeenAt &&
    single.lastSeenAt >= larger.startedAt
  );
}

/** A larger incident explains its own time, give or take its window. */
function reaches(second: number): (larger: Larger) => boolean {
  return ({ within, episode: { startedAt, lastSeenAt } }) =>
    second >= startedAt - within && second <= lastSeenAt + within;
}

function secondsOf({ startedAt, lastSeenAt }: Episode): number[] {
  return Array.from({ length: lastSeenAt - startedAt + 1 }, (_, offset) => startedAt + offset);
}

function textOf(rule: string, episode: Episode, hasMeasure: boolean): string {
  const { scope, hosts } = episode;
  return verdictText({
    rule,
    scope,
    startedAt: timeOf(episode.startedAt),
    metAt: timeOf(episode.metAt),
    lastSeenAt: timeOf(episode.lastSeenAt),
    hosts: hosts.toSorted(),
    measure: hasMeasure ? episode : null,
    ended: true,
  });
}

function timeOf(second: number): string {
  return formatTime(second * SECOND_MS);
}
