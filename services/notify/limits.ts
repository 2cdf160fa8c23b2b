/** Every ceiling of the notifier, each with its reason. Reaching one is counted and visible. */
export const LIMITS = {
  /**
   * Revisions that wait for one sink, about 400 bytes each; beyond it the log is read no further.
   */
  pendingMax: 20_000,
  /** Controls that are kept; 1 MB or so. The oldest that ended go first. */
  controlsMax: 10_000,
  /**
   * How long a target may be away (facts P8); what is older is given up, and can be sent by hand.
   */
  bridgedMs: 7 * 86_400_000,
  /** What the ledger keeps in memory: four times what can be sent at all. */
  ledgerKeptMs: 28 * 86_400_000,
  forgetEveryMs: 3_600_000,
  /** Failures in a row after which a sink counts as down. */
  failuresUntilDown: 3,
  /** A sink that is down is asked once in this time, and a random part of the next on top. */
  probeEveryMs: 60_000,
  probeSpreadMs: 15_000,
  /** Backoff of one revision: random up to first * 2^n. */
  backoffFirstMs: 1_000,
  backoffLongestMs: 15 * 60_000,
  /** A Retry-After beyond this is not believed. */
  retryAfterMaxMs: 3_600_000,
  /** What a page limit counts over, and the pause between two digests. */
  pageWindowMs: 60_000,
  /** Incidents in one digest, about 300 bytes each; more go into the next. */
  digestIncidentsMax: 5_000,
  /** A sink's allowance for single notifications, and how it fills again: 5 a second. */
  burstMax: 30,
  refillEveryMs: 200,
  /** How often a reader that has nothing to do looks after its position. */
  idleAfterMs: 5_000,
  /** What an attempt gets to end when the process stops. */
  stopGraceMs: 5_000,
  /** Of a response that is read, to say what the target said. */
  responseBytesMax: 65_536,
  /** Of what the target said that is kept. */
  detailCharsMax: 300,
  /** Bytes asked of the log at once when a topic is read to its end. */
  readBytes: 1_048_576,
  /** Room for keys and framing around a record that is kept in history. */
  historyOverheadBytes: 2_048,
} as const;
