/** Why a target was not reached. Each may pass by itself or with the cause removed. */
export const TROUBLES = [
  "timeout",
  "unreachable",
  "name_unknown",
  "address_forbidden",
  "tls_failed",
  "protocol_broken",
  "disk_full",
  "io_failed",
  "stopped",
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** How one attempt ended. */
export type Answer =
  /** The target has it, and keeps it as well as it can. */
  | { readonly type: "taken"; readonly httpStatus: number | null }
  /** It answered something else than yes. */
  | {
      readonly type: "answered";
      readonly httpStatus: number;
      readonly retryAfter: string | null;
      /** What it said, cut short. */
      readonly said: string;
    }
  | { readonly type: "troubled"; readonly trouble: Trouble; readonly said: string };
