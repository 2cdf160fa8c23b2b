import { compareSeverity } from "../../../lib/domain/severity.ts";
import { LIMITS } from "../limits.ts";
import { isEnding, isPage } from "./page.ts";
import type { PageLimit } from "./page-limit.ts";
import type { Pending, PendingQueue } from "./pending.ts";
import type { Standing } from "./standing.ts";

export type Choice =
  | { readonly type: "single"; readonly pending: Pending; readonly isPage: boolean }
  | { readonly type: "digest"; readonly pendings: readonly Pending[] }
  /** Infinite when only something new can change that. */
  | { readonly type: "wait"; readonly untilMs: number };

export interface Circumstances {
  readonly nowMs: number;
  /** The sink is down and this is its probe: what was tried least goes, whatever its backoff. */
  readonly probing: boolean;
  readonly pageLimit: PageLimit;
  readonly standing: (incidentId: string) => Standing;
}

/** What goes to a sink next. It marks what waits for a digest as held. */
export function choose(queue: PendingQueue, circumstances: Circumstances): Choice {
  const { nowMs, probing } = circumstances;
  if (queue.keeping === "every") return chooseFirst(queue, circumstances);
  let best: { pending: Pending; rank: readonly number[]; isPage: boolean } | null = null;
  let untilMs = Number.POSITIVE_INFINITY;
  const held: Pending[] = [];
  const hasRoom = circumstances.pageLimit.hasRoom(nowMs);
  for (const pending of queue.values()) {
    const standing = circumstances.standing(pending.revision.id);
    const page = isPage(pending.revision.escalation, standing);
    if (mustJoin(pending, page, standing, hasRoom)) {
      pending.heldSinceMs ??= nowMs;
      held.push(pending);
    } else if (pending.dueMs > nowMs && !probing) {
      untilMs = Math.min(untilMs, pending.dueMs);
    } else {
      const rank = rankOf(pending, page, probing);
      if (best === null || isBefore(rank, best.rank)) best = { pending, rank, isPage: page };
    }
  }
  if (held.length > 0) {
    const dueMs = digestDueMs(held, circumstances);
    if (dueMs <= nowMs) return { type: "digest", pendings: worstFirst(held) };
    untilMs = Math.min(untilMs, dueMs);
  }
  if (best === null) return { type: "wait", untilMs };
  return { type: "single", pending: best.pending, isPage: best.isPage };
}

function chooseFirst(queue: PendingQueue, { nowMs, probing }: Circumstances): Choice {
  for (const pending of queue.values()) {
    if (pending.dueMs > nowMs && !probing) return { type: "wait", untilMs: pending.dueMs };
    return { type: "single", pending, isPage: false };
  }
  return { type: "wait", untilMs: Number.POSITIVE_INFINITY };
}

/** Beyond the limit a page joins the digest, and so does what follows one that went in a digest. */
function mustJoin(pending: Pending, page: boolean, standing: Standing, hasRoom: boolean): boolean {
  if (!page) return standing.toldInDigest;
  return pending.heldSinceMs !== null || !hasRoom;
}

/** Smaller goes first: pages before endings before updates, the worst of the pages first. */
function rankOf(pending: Pending, page: boolean, probing: boolean): readonly number[] {
  const { revision, attempts } = pending;
  const urgency = page ? 0 : isEnding(revision) ? 1 : 2;
  const severity = page ? -compareSeverity(revision.severity, "info") : 0;
  return [probing ? attempts : 0, urgency, severity];
}

function isBefore(rank: readonly number[], other: readonly number[]): boolean {
  for (const [index, value] of rank.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function digestDueMs(held: readonly Pending[], { pageLimit, probing }: Circumstances): number {
  let sinceMs = Number.POSITIVE_INFINITY;
  let backoffUntilMs = Number.NEGATIVE_INFINITY;
  for (const { heldSinceMs, dueMs } of held) {
    sinceMs = Math.min(sinceMs, heldSinceMs ?? sinceMs);
    // What failed as a digest backs off as one.
    backoffUntilMs = Math.max(backoffUntilMs, dueMs);
  }
  const dueMs = pageLimit.digestDueMs(sinceMs);
  return probing ? dueMs : Math.max(dueMs, backoffUntilMs);
}

function worstFirst(held: readonly Pending[]): readonly Pending[] {
  return held
    .toSorted((a, b) => compareSeverity(b.revision.severity, a.revision.severity))
    .slice(0, LIMITS.digestIncidentsMax);
}
