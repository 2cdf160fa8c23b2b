/**
 * Every ceiling of ingest beside those of reading a line (core/limits.ts), each with its reason.
 */
export const LIMITS = {
  /** A kernel writes at most 1 KiB a line; 8 KiB leaves room for every envelope around it. */
  lineBytesMax: 8 * 1024,
  /** A batch of events in one JSON line: Kafka's usual record limit. */
  jsonLineBytesMax: 1024 * 1024,
  /**
   * Facts handed over at once: enough to spread the cost of a call, few enough to stay in cache.
   */
  batchFacts: 4_096,

  /**
   * A larger octet count is no syslog message: RFC 5425 asks for 8 KiB at least, nobody sends more.
   */
  octetCountMax: 1024 * 1024,
  /** From a frame's first byte to its last; who drips slower holds memory for nothing. */
  frameWithinSeconds: 10,
  /**
   * Quiet hosts hold a connection for long, and plain TCP loses a line when it must be reopened.
   */
  idleSeconds: 1_800,
  /** Finds a peer that vanished without a word long before `idleSeconds` do. */
  keepAliveMs: 60_000,
  /** Two round trips over the slowest link take a second; the rest is for a busy machine. */
  handshakeWithinMs: 10_000,
  /** A relay needs one; a host behind address translation is one of a few. */
  connectionsPerPeerMax: 32,
  /** How often deadlines of connections and the kernel's counters are looked at. */
  sweepEveryMs: 1_000,
  /** Connections the kernel holds until they are accepted: a fleet that reconnects at once. */
  backlog: 1_024,

  /** HTTP: shippers keep a connection per request under way, and run some dozens of them. */
  httpConnectionsPerPeerMax: 256,
  /** Then senders are told to come back. */
  requestsMax: 1_024,
  headerBytesMax: 8 * 1024,
  /** For the headers, and for all of a request: 8 MiB over a slow link need half a minute. */
  headersWithinMs: 10_000,
  requestWithinMs: 60_000,
  /** A sender comes back within a minute, or connects again. */
  httpIdleMs: 75_000,
  /** After an answer that came before the end of its request. */
  hangUpAfterMs: 2_000,
  /** As it comes; shippers send 1 to 5 MB at once. */
  bodyBytesMax: 8 * 1024 * 1024,
  /** Unpacked; logs shrink to a tenth, and who sends more fits it into two requests. */
  unpackedBytesMax: 16 * 1024 * 1024,
  /** Of all requests to an input, unpacked; joining a body takes it once more for a moment. */
  bodiesBytesMax: 64 * 1024 * 1024,
  /** A body is read in turns of so much, some milliseconds each, so that others are served. */
  bytesPerTurn: 256 * 1024,
  /** Splunk HEC: shorter than the 10 s after which OpenTelemetry's exporter sends again. */
  hecAnswerWithinMs: 8_000,
  /** A sender makes one channel, or one per connection. */
  hecChannelsMax: 4_096,
  /** Requests that were taken and are not in the log yet; senders keep some thousands at most. */
  hecAcksPendingMax: 65_536,

  /** What is asked for; the kernel gives at most net.core.rmem_max. A burst of 60,000 datagrams. */
  datagramBufferBytes: 8 * 1024 * 1024,

  /** A record of `lines` is closed at this size or age: few records under load, no wait without. */
  lineBatchBytes: 64 * 1024,
  lineBatchAfterMs: 20,
  /** One append: below what brokers take in a record batch. */
  appendBytesMax: 900_000,
  /** Waits for the log per listener; then TCP readers pause and datagrams are counted as lost. */
  pendingBytesMax: 4 * 1024 * 1024,
  /** First and longest pause before an append that failed is tried again. */
  retryFirstMs: 100,
  retryLongestMs: 10_000,
  /** Topics that were read for so long were well: trouble then is not the same trouble again. */
  sourceRunMs: 60_000,
  /**
   * How long a stopping input waits for the log before it gives up what nobody has acknowledged.
   */
  stopWithinMs: 2_000,

  /** JSON that fits into a record of `lines` with its frame. */
  fileLineBytesMax: 900_000,
  fileReadBytes: 256 * 1024,
  /** How often a file at its end is looked at: a fifth of what the live figures allow. */
  filePollMs: 200,
  /** Looks at a renamed file without growth before it is left for one that is being written. */
  fileQuietPolls: 2,
  /** What tells one file from another that got its inode; the first lines carry a time. */
  fingerprintBytes: 1_024,
  /** Positions under load; a crash repeats what was read since. */
  positionEveryMs: 1_000,

  /** One record of `observations`, estimated; the limit of a record is 1,000,000. */
  observationBatchBytes: 500_000,
  /** The longest kernel text that is quoted; a kernel writes 1 KiB at most. */
  textBytesMax: 1_024,
  /** Read at a stretch of a backlog: 50 ms of work, which becomes a few large appends. */
  readBytes: 4 * 1024 * 1024,
  /**
   * Works on their way while the next is made: an append and its commit last as long as three of
   * them take to make, and each holds a few megabytes.
   */
  worksAhead: 3,
  /**
   * A tick comes at least each second: this, and at most one idle wait on top. Incidents wait for
   * ticks, so it is most of the time from a line to its incident.
   */
  tickEveryMs: 500,
  idleAfterMs: 200,
  /** A list of targets; each has a line. */
  targetsBytesMax: 16 * 1024 * 1024,
  targetsMax: 100_000,
  /** How often the list is looked at. */
  targetsLookEveryMs: 5_000,
  /** node_exporter answers 0.2 MB, Netdata some MB with thousands of charts. */
  scrapeBodyBytesMax: 8 * 1024 * 1024,
  /** Of all answers that an input is reading; one more is given up until others have ended. */
  scrapeBodiesBytesMax: 64 * 1024 * 1024,
  /** A target that fails is asked less often, down to once in so long. */
  scrapeBackoffLongestMs: 300_000,

  /** Zones that came with lines; there are about 600 in all, and anyone can make up more. */
  zoneNamesMax: 1_024,
  /** Spellings of host names that one scanner remembers; then it begins again. */
  spellingsMax: 1_000_000,
} as const;
