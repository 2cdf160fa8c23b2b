import { LIMITS } from "../limits.ts";
import type { Answer } from "./answer.ts";
import { faultOf } from "./answer.ts";
import { retryAfterMs } from "./retry-after.ts";

/** What follows from an answer. */
export type Verdict =
  | { readonly next: "done" }
  /** `waitMs` is what the target asked for, null when it asked for nothing. */
  | { readonly next: "retry"; readonly waitMs: number | null }
  /** The same bytes would be refused again. */
  | { readonly next: "give_up" }
  /** The target is gone for good (410): nothing more is sent to it. */
  | { readonly next: "disable" }
  /** As if it had not been tried. */
  | { readonly next: "nothing" };

/**
 * Retriable are 408, 425, 429, 5xx, redirects (nobody follows them, somebody may mend them) and
 * everything that kept us from an answer; 409 says that it had this key before. Standard Webhooks
 * 1.0.0, "Responses"; RFC 9110 section 15.
 */
export function verdictOn(answer: Answer, nowMs: number): Verdict {
  if (answer.type === "taken") return { next: "done" };
  if (answer.type === "stopped") return { next: "nothing" };
  if (answer.type === "troubled") return { next: "retry", waitMs: null };
  const { httpStatus: status, retryAfter } = answer;
  if (status === 409) return { next: "done" };
  if (status === 410) return { next: "disable" };
  const isFinal = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  if (isFinal) return { next: "give_up" };
  const waitMs = retryAfter === null ? null : retryAfterMs(retryAfter, nowMs);
  return {
    next: "retry",
    waitMs: waitMs === null ? null : Math.min(waitMs, LIMITS.retryAfterMaxMs),
  };
}

/** Exponential with full jitter; `chance` in [0, 1), `attempts` made so far, from 1. */
export function backoffMs(attempts: number, chance: number): number {
  const { backoffFirstMs, backoffLongestMs } = LIMITS;
  const ceilingMs = Math.min(backoffLongestMs, backoffFirstMs * 2 ** Math.min(attempts - 1, 30));
  return Math.floor(chance * ceilingMs);
}

/** Pause before a target that is down is asked again. */
export function probeMs(chance: number): number {
  return LIMITS.probeEveryMs + Math.floor(chance * LIMITS.probeSpreadMs);
}

/** A stable code, then words, for the ledger; null when the target simply took it. */
export function detailOf(answer: Answer): string | null {
  if (answer.type === "taken" || answer.type === "stopped") return null;
  const status = answer.type === "answered" ? ` ${answer.httpStatus}` : "";
  const said = answer.said.slice(0, LIMITS.detailCharsMax);
  return `${faultOf(answer)}:${status}${said === "" ? "" : ` ${said}`}`;
}
