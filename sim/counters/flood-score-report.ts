import type { FloodEpisodeScore, FloodScore } from "./flood-score.ts";

/** Enough to see what went wrong; `--output json` has all of it. */
const DETAILS_MAX = 40;

/** A score in lines for a person. */
export function floodScoreReport(score: FloodScore): string {
  const details = [
    ...score.episodes.map(episodeText),
    ...score.inventions.map(({ id, scope, kind, metAt, decoy }) => {
      const why = decoy === null ? "" : `: fell for ${decoy}`;
      return `  invented ${id}, ${kind} in ${scope}, met ${metAt}${why}`;
    }),
  ];
  const hidden = details.length - DETAILS_MAX;
  const { metAfterSeconds: met } = score;
  return [
    `${score.planted} floods planted: ${score.found} found once, ${score.missed} missed, ` +
      `${score.doubled} doubled; ${score.invented} invented`,
    ...(met === null ? [] : [`met ${met.median} s after they began (median), ${met.most} at most`]),
    ...details.slice(0, DETAILS_MAX),
    ...(hidden > 0 ? [`  and ${hidden} more; --output json lists all`] : []),
    ...(score.seenThrough > 0 ? [`${score.seenThrough} decoys were called what they are`] : []),
    ...(score.ignored > 0 ? [`${score.ignored} incidents of other rules, or withdrawn`] : []),
  ].join("\n");
}

function episodeText(episode: FloodEpisodeScore): string {
  const { verdict, planted, scope, kind, metAfterSeconds, endedAfterSeconds } = episode;
  const parts = [
    ...(kind === null ? [] : [`${kind}, met +${metAfterSeconds} s, ended ${endedAfterSeconds} s`]),
    ...episode.missingHosts.map((host) => `without ${host}`),
    ...episode.extraHosts.map((host) => `with ${host}`),
  ];
  const how = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  return `  ${verdict.padEnd(8)} ${planted} in ${scope}${how}`;
}
