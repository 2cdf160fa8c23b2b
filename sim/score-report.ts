import type { Deltas, Score } from "./score.ts";

/** Enough to see what went wrong; `--output json` has all of it. */
const DETAILS_MAX = 40;

/** A score in lines for a person. */
export function scoreReport(score: Score): string {
  const details = [
    ...score.episodes
      .filter((episode) => !episode.exact)
      .map((episode) => {
        const what = episode.verdict === "found" ? "differs" : episode.verdict;
        const how = episode.deltas === null ? "" : `: ${deltaText(episode.deltas)}`;
        const where = `${episode.planted} in ${episode.scope}, met ${episode.metAt}`;
        return `  ${what.padEnd(8)} ${where}${how}`;
      }),
    ...score.inventions.map((one) => {
      const why = one.decoy === null ? "" : `: fell for ${one.decoy}`;
      return `  invented ${one.id} in ${one.scope}, met ${one.metAt}${why}`;
    }),
  ];
  const hidden = details.length - DETAILS_MAX;
  const lines = [
    `${score.planted} episodes planted: ${score.found} found once, ${score.missed} missed, ` +
      `${score.doubled} doubled; ${score.invented} invented`,
    score.exact
      ? "exact: every start, end, host and packet agrees"
      : `not exact: ${score.inexact} of the found ones differ`,
    ...details.slice(0, DETAILS_MAX),
    ...(hidden > 0 ? [`  and ${hidden} more; --output json lists all`] : []),
    ...(score.ignored > 0 ? [`${score.ignored} incidents of other rules, or withdrawn`] : []),
  ];
  return lines.join("\n");
}

function deltaText(deltas: Deltas): string {
  const parts = [
    difference("start", deltas.startedSeconds, " s"),
    difference("met", deltas.metSeconds, " s"),
    difference("last seen", deltas.lastSeenSeconds, " s"),
    difference("hosts", deltas.hosts, ""),
    difference("offered peak", deltas.offeredPeakPerSecond, "/s"),
    difference("suppressed", deltas.suppressed, ""),
    ...deltas.missingHosts.map((host) => `without ${host}`),
    ...deltas.extraHosts.map((host) => `with ${host}`),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function difference(name: string, delta: number, unit: string): string {
  if (delta === 0) return "";
  return `${name} ${delta > 0 ? "+" : ""}${delta}${unit}`;
}
