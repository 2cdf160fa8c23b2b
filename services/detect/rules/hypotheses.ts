import type { Hypothesis } from "../../../lib/domain/incident.ts";
import type { ParticipantView } from "../scope/reader.ts";
import { formatDuration } from "./words.ts";

/** Onsets spread wider than this share of the window look like hosts hit one after another. */
const SWEEP_SPREAD_SHARE = 0.5;

/** Seconds between the first and the last host's first hot second. */
export function onsetSpreadSeconds(participants: readonly ParticipantView[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { firstSecond } of participants) {
    if (firstSecond < first) first = firstSecond;
    if (firstSecond > last) last = firstSecond;
  }
  return participants.length === 0 ? 0 : last - first;
}

/**
 * What the same lines could also be; `deploy` is a deploy near the start, in words. No opinion is
 * given a number (contracts.md section 4).
 */
export function hypothesesFor(
  participants: readonly ParticipantView[],
  withinSeconds: number,
  deploy: string | null,
): Hypothesis[] {
  const spread = onsetSpreadSeconds(participants);
  const onset = `${participants.length} hosts began within ${formatDuration(spread)}`;
  const together = spread <= withinSeconds * SWEEP_SPREAD_SHARE;
  return [
    {
      kind: "distributed_flood",
      standing: "possible",
      for: together ? [onset] : [],
      against: together ? [] : [onset],
    },
    {
      kind: "sweep",
      standing: together ? "unlikely" : "possible",
      for: together ? [] : [onset],
      against: together ? [onset] : [],
    },
    {
      kind: "service_fault",
      standing: "possible",
      for: deploy === null ? [] : [deploy],
      against: [],
    },
  ];
}
