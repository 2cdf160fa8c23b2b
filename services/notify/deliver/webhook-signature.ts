import { createHmac } from "node:crypto";
import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";

const PREFIX = "whsec_";
/** Standard Webhooks 1.0.0 asks for 24 to 64; a shorter key is no key. */
const KEY_BYTES_MIN = 24;
const KEY_BYTES_MAX = 64;

/** The key in a `whsec_…` secret; trouble, without the secret, when there is none. */
export function webhookKey(secret: string, sink: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(text, "base64");
  const isBase64 = key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  if (isBase64 && key.length >= KEY_BYTES_MIN && key.length <= KEY_BYTES_MAX) return key;
  const what = `the secret of sink ${sink} is not ${PREFIX} and base64 of 24 to 64 bytes`;
  const remedy = "copy it from the receiver, or make one: echo whsec_$(openssl rand -base64 32)";
  throw new Trouble("webhook_secret_invalid", what, remedy, EXIT_CODES.configuration);
}

/**
 * Value of `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`, one per key, so that a
 * receiver may change its secret while both are in use (Standard Webhooks 1.0.0, "Signature
 * scheme").
 */
export function webhookSignature(
  keys: readonly Uint8Array[],
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  const content = `${id}.${timestampSeconds}.${body}`;
  return keys
    .map((key) => `v1,${createHmac("sha256", key).update(content).digest("base64")}`)
    .join(" ");
}
