import type { Answer } from "../../services/notify/core/answer.ts";
import type { Notice } from "../../services/notify/formats/notice.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export const DOWN: Answer = {
  type: "troubled",
  trouble: "unreachable",
  said: "connection refused",
};

export function status(httpStatus: number, retryAfter: string | null = null): Answer {
  return { type: "answered", httpStatus, retryAfter, said: "" };
}

export function keys(notices: readonly Notice[]): string[] {
  return notices.map(({ key }) => key);
}
