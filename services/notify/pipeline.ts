import type { Control } from "../../lib/domain/control.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { Skip } from "./core/decision.ts";
import { skip } from "./core/decision.ts";
import { isEnding, isPage, reaches } from "./core/page.ts";
import type { Keeping } from "./core/pending.ts";
import type { PageOn, Route } from "./core/route.ts";
import { routeTo } from "./core/route.ts";
import { findControl } from "./core/silence.ts";
import type { Standing } from "./core/standing.ts";
import { LIMITS } from "./limits.ts";

/** One revision, one sink: everything that decides whether it is sent. */
export interface Question {
  readonly sink: string;
  readonly keeping: Keeping;
  readonly routes: readonly Route[];
  readonly controls: Iterable<Control>;
  readonly standing: Standing;
  readonly incident: Incident;
  /** The last second of event time in which the incident's condition held. */
  readonly lastSeenAtMs: number;
  /** Stamp of the record. */
  readonly publishedAtMs: number;
  readonly nowMs: number;
  /** Somebody asked for it: then it is never too old. */
  readonly byHand: boolean;
}

type Check = (question: Question, pageOn: PageOn | null) => Skip | null;

/**
 * The life of a revision in this service, in order:
 *
 *   decode (lane-reader.ts) -> route -> deduplicate -> gate -> silence        here, all pure
 *   -> wait, newest first or each in order (core/pending.ts, core/choose.ts)
 *   -> format and deliver (deliver/) -> judge the answer (core/retry-policy.ts)
 *   -> record (ledger.ts) -> commit (lane-reader.ts)
 *
 * Controls (control-board.ts) are read before each decision; `history.ts` keeps it all beside.
 * Deduplication comes before silence, so that a replay writes nothing about what was sent.
 */
const CHECKS: readonly Check[] = [
  function route({ standing }, pageOn) {
    // Who was told goes on being told, also when a route no longer leads there.
    return pageOn === null && standing.toldRevision === 0 ? skip("no_route") : null;
  },

  function deduplicate({ standing, incident }) {
    return incident.revision <= standing.settledRevision ? skip("already_sent") : null;
  },

  function gate({ standing, incident, publishedAtMs, nowMs, byHand }, pageOn) {
    if (standing.toldRevision > 0) return null;
    if (incident.state === "withdrawn") return skip("never_told");
    if (pageOn === null || !reaches(pageOn, incident)) return skip("not_confirmed");
    const isTooOld = !byHand && nowMs - publishedAtMs > LIMITS.bridgedMs;
    return isTooOld ? skip("too_old") : null;
  },

  function silence({ controls, keeping, standing, incident, lastSeenAtMs }) {
    if (standing.toldRevision > 0 && isEnding(incident)) return null;
    const silencing = ["silence", "maintenance"] as const;
    const silenced = findControl(controls, silencing, incident, lastSeenAtMs);
    if (silenced !== null) {
      return skip(silenced.type === "maintenance" ? "maintenance" : "silenced", silenced.id);
    }
    // Whoever acknowledged knows, until it grows; an archive still wants every revision.
    if (keeping === "every" || isPage(incident.escalation, standing)) return null;
    const known = findControl(controls, ["acknowledge"], incident, lastSeenAtMs);
    return known === null ? null : skip("acknowledged", known.id);
  },
];

/** Why it is not sent, or null when it is. */
export function decide(question: Question): Skip | null {
  const pageOn = routeTo(question.routes, question.sink, question.incident);
  for (const check of CHECKS) {
    const found = check(question, pageOn);
    if (found !== null) return found;
  }
  return null;
}
