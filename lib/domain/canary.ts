import type { LineBatch } from "./line-batch.ts";

/** A line of our own that is sent into an input and followed to the other end. */
export interface Canary {
  /** Name of the listener, file or stream it was sent into. */
  readonly input: string;
  /** By the clock of the process that sent it, milliseconds since 1970 UTC. */
  readonly sentMs: number;
}

/** Between which two stations a canary got lost, in the order of its way. */
export const CANARY_HOPS = ["input", "ingest", "host", "scope"] as const;
export type CanaryHop = (typeof CANARY_HOPS)[number];

/** No peer of a socket is called that, so no sender can make a canary. */
export const CANARY_PEER = "canary";

const HEAD = "tidegauge canary ";

/** For whoever reads `lines`; everything but ingest takes it for a line that is not ours. */
export function canaryLine({ input, sentMs }: Canary): string {
  return `${HEAD}${sentMs} ${input}`;
}

/** The canary that a record of `lines` is; null for any other. */
export function canaryOf({ segments, bytes }: LineBatch): Canary | null {
  const [only] = segments;
  if (segments.length !== 1 || only?.peer !== CANARY_PEER || only.lines !== 1) return null;
  const line = new TextDecoder().decode(bytes).trimEnd();
  const blank = line.indexOf(" ", HEAD.length);
  if (!line.startsWith(HEAD) || blank < 0) return null;
  const sentMs = Number(line.slice(HEAD.length, blank));
  return Number.isSafeInteger(sentMs) ? { input: line.slice(blank + 1), sentMs } : null;
}
