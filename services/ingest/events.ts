import type { DecodeReason } from "../../lib/wire/decode-failure.ts";
import type { OutcomeCounts } from "./core/outcome-counts.ts";

export type Protocol = "udp" | "tcp" | "tls" | "http" | "https";

/** Why a peer was not let in. */
export type Refusal = "per_peer_limit" | "total_limit" | "certificate" | "handshake";

/** How a connection that had been let in ended. */
export type Closing =
  "peer" | "idle" | "frame_unfinished" | "frame_too_long" | "bad_frame" | "error" | "stop";

/** How a scrape ended. */
export type ScrapeEnd =
  | "taken"
  | "unreachable"
  | "deadline"
  | "redirect"
  | "status"
  | "too_large"
  | "bad_sample"
  | "busy";

export type Rotation = "rename" | "copytruncate";

/**
 * What ingest tells telemetry, per batch and never per line; lib/telemetry/events.ts is the one
 * that
 * counts and logs. Must not throw. A line is told twice: when it is read, and with its outcome.
 */
export interface IngestEvents {
  /** `where` is an address, a path with its position, or a topic. */
  inputStarted(input: string, where: string): void;
  linesRead(input: string, lines: number, bytes: number): void;
  linesDone(input: string, counts: OutcomeCounts): void;
  timesReplaced(input: string, count: number): void;
  /** Records of topics whose stamp cannot be their arrival. */
  stampsReplaced(input: string, records: number): void;
  /** The topics of an input cannot be read. */
  sourceRetried(input: string, error: unknown, attempt: number): void;
  recordRejected(input: string, reason: DecodeReason, at: string): void;
  datagramsRead(input: string, datagrams: number): void;
  datagramsLost(input: string, datagrams: number): void;
  connectionOpened(input: string, protocol: Protocol, open: number): void;
  connectionRefused(input: string, reason: Refusal, peer: string): void;
  connectionClosed(input: string, reason: Closing, peer: string, open: number): void;
  /** `code` is the collector's own beside the status of HTTP. */
  requestAnswered(input: string, status: number, code: number, peer: string): void;
  /** `isNews`: the last scrape of that target did not end so. */
  scraped(input: string, end: ScrapeEnd, target: string, isNews: boolean): void;
  targetsRead(input: string, targets: number): void;
  /** The list cannot be read, or not all of it. */
  targetsUnread(input: string, path: string, error: unknown): void;
  hostForeign(input: string, lines: number, peer: string): void;
  fileRotated(input: string, how: Rotation, path: string): void;
  fileUnreadable(input: string, path: string, error: unknown): void;
  /** What stood behind the remembered position is in no file that is there now. */
  fileLost(input: string, path: string, offset: number): void;
  /** Retention took records of `lines` that were never read. */
  recordsLost(topic: string, partition: number, records: number): void;
  observationsPublished(input: string, observations: number): void;
  inputPaused(input: string): void;
  inputEnded(input: string): void;
  appendRetried(input: string, error: unknown, attempt: number): void;
}
