import type { Trust } from "./observation.ts";

/** Consecutive lines of a batch that came from one peer at one time. */
export interface LineSegment {
  readonly lines: number;
  /** Stamp of the listener or reader, milliseconds since 1970 UTC. */
  readonly arrivalMs: number;
  /** Address and port the bytes came from; null for files and standard input. */
  readonly peer: string | null;
  readonly trust: Trust;
}

/** Raw lines as they came, before anything is parsed. */
export interface LineBatch {
  /** Name of the configured input. */
  readonly input: string;
  readonly realm: string;
  /** Host of the origin where the lines themselves name none; null when nothing says so. */
  readonly host: string | null;
  /**
   * IANA name of the time zone of times that carry none, where whoever read the lines knows it;
   * else that of the reader's own configuration, else UTC.
   */
  readonly zone?: string;
  /** Who put the lines here, with its version. */
  readonly shipper: string;
  /** In order; their `lines` add up to the lines of `bytes`. */
  readonly segments: readonly LineSegment[];
  /** The lines, each ended by one `\n`. */
  readonly bytes: Uint8Array;
}
