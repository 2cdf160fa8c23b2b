import type { IncomingHttpHeaders } from "node:http";

export type HecEndpoint = "event" | "raw" | "ack" | "health";

export interface HecTarget {
  /** Null for a path that is none of the collector's. */
  readonly endpoint: HecEndpoint | null;
  readonly query: URLSearchParams;
}

const BASE = "/services/collector";
/** Splunk's endpoints may name their version. */
const VERSION = "/1.0";

const ENDPOINTS: Readonly<Record<string, HecEndpoint>> = {
  "": "event",
  "/event": "event",
  "/raw": "raw",
  "/ack": "ack",
  "/health": "health",
};

const CHANNEL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function hecTarget(url: string): HecTarget {
  const mark = url.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  let path = mark < 0 ? url : url.slice(0, mark);
  if (path.endsWith("/")) path = path.slice(0, -1);
  if (path.endsWith(VERSION)) path = path.slice(0, -VERSION.length);
  const rest = path.startsWith(BASE) ? path.slice(BASE.length) : null;
  const isKnown = rest !== null && Object.hasOwn(ENDPOINTS, rest);
  return { endpoint: isKnown ? ENDPOINTS[rest]! : null, query };
}

/** What a channel that is no GUID reads as. */
export const INVALID_CHANNEL = "invalid";

/** The sender's channel in lower case: a GUID by header or query; null without one. */
export function channelOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | null {
  const header = headers["x-splunk-request-channel"];
  const channel = typeof header === "string" ? header : query.get("channel");
  if (channel === null || channel === "") return null;
  return CHANNEL.test(channel) ? channel.toLowerCase() : INVALID_CHANNEL;
}
