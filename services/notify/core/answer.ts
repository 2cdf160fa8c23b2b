/** Why a target was not reached. Each may pass by itself or with the cause removed. */
export type Trouble =
  "unreachable" | "deadline" | "tls" | "protocol" | "forbidden_address" | "disk_full" | "io";

/** How one attempt ended. */
export type Answer =
  /** The target has it, and keeps it as well as it can. */
  | { readonly type: "taken"; readonly httpStatus: number | null }
  /** It answered something else than yes; `said` is what, cut short. */
  | {
      readonly type: "answered";
      readonly httpStatus: number;
      readonly retryAfter: string | null;
      readonly said: string;
    }
  | { readonly type: "troubled"; readonly trouble: Trouble; readonly said: string }
  /** It was cut off because the process stops: nobody knows what came of it. */
  | { readonly type: "stopped" };

/** Why a revision did not get to a sink; they become metric labels. */
export const DELIVERY_FAULTS = [
  "unreachable",
  "deadline",
  "tls",
  "protocol",
  "forbidden_address",
  "disk_full",
  "io",
  "rate_limited",
  "server_error",
  "redirect",
  "refused",
  "gone",
  /** It waited longer than any outage that is bridged. */
  "expired",
] as const;
export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];

export function faultOf(answer: Extract<Answer, { type: "answered" | "troubled" }>): DeliveryFault {
  if (answer.type === "troubled") return answer.trouble;
  const { httpStatus } = answer;
  if (httpStatus === 410) return "gone";
  if (httpStatus === 429) return "rate_limited";
  if (httpStatus >= 400 && httpStatus < 500) return "refused";
  return httpStatus < 400 ? "redirect" : "server_error";
}
