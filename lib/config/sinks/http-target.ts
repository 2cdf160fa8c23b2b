import { list, milliseconds, secret } from "../field.ts";
import { addressRange } from "../network.ts";

/** Who we say we are, and how long we wait for an answer. */
export function asking(timeoutMax: string, timeoutDoc: string) {
  return {
    authorization: secret("Value of the header Authorization.").optional(),
    timeout: milliseconds({ min: "100ms", max: timeoutMax }, timeoutDoc).prefault("10s"),
  };
}

/** Where a request may go to, beyond the public internet. */
export const allow = list(
  addressRange("One network or address."),
  { min: 0, max: 64 },
  "Networks that are not on the public internet and may be sent to all the same, loopback " +
    "among them. Everything public is allowed.",
).prefault([]);

/** Fields as written to what a sink reads: absent is null, and the unit comes last. */
export function targetOf<
  Written extends Record<"timeout", number> & { authorization?: unknown; tls?: unknown },
>({ timeout, authorization, tls, ...rest }: Written) {
  return {
    ...rest,
    authorization: (authorization ?? null) as NonNullable<Written["authorization"]> | null,
    timeoutMs: timeout,
    tls: (tls ?? null) as NonNullable<Written["tls"]> | null,
  };
}
