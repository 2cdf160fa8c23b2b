/** Every ceiling of ship, each with its reason. Those of the listeners are ingest's own. */
export const LIMITS = {
  /** The kernel's own buffer for one record of /dev/kmsg (PRINTK_MESSAGE_MAX); it has 8 KiB. */
  kmsgRecordBytes: 16 * 1024,
  /** Records between two waits: a full ring of boot messages must not hold up a stop. */
  kmsgRecordsPerLook: 512,
  /** How often the kernel's log is looked at: a fifth of what the live figures allow. */
  kmsgPollMs: 200,
  /**
   * A line's second must be right, so half of one is the most that its clock may be wrong by.
   * Smaller steps would only follow the pauses between two looks.
   */
  clockToleranceMs: 500,
  /** Longest entry of the journal as JSON; a kernel line has 1 KiB, its fields some hundred. */
  journalEntryBytes: 256 * 1024,
  /** First and longest pause before a source that ended or failed is started again. */
  restartFirstMs: 1_000,
  restartLongestMs: 30_000,
  /** How much of what a failing child says is told. */
  childStderrBytes: 2_048,
  /**
   * Cursors under load; a crash repeats what was read since, and a repetition changes nothing.
   */
  cursorEveryMs: 1_000,

  /** Of sockets that are open or waiting: listing 10,000 takes the kernel some 10 ms. */
  tcpRowsMax: 10_000,
  /** A row has 150 bytes; a flood of half-open connections adds rows that no gauge counts. */
  tcpTableBytes: 4 * 1024 * 1024,
  /** FreeBSD's netstat and sysctl answer in milliseconds. */
  commandWithinMs: 5_000,
  commandOutputBytes: 1024 * 1024,
  /** How often settings are looked at; they are sent when they changed, and each hour. */
  postureLookEveryMs: 60_000,
  postureSendEveryMs: 3_600_000,
  /** The largest record of samples, about: far below what brokers take. */
  sampleRecordBytes: 256 * 1024,

  /** The share of the spool that samples may take: an hour away is 2 % of it, by default. */
  spoolSamplesShare: 1 / 4,
  /** The share of the spool that rejected lines may take: they are few, and kept for a look. */
  spoolRejectedShare: 1 / 16,
  /** The spool is cut back whenever this share of it has been written: so far it may overshoot. */
  spoolCleanShare: 1 / 16,
  /** But not more often than that: each cut is a transaction. */
  spoolCleanBytesMin: 1024 * 1024,

  /** First and longest pause before the destination is tried again. */
  retryFirstMs: 100,
  retryLongestMs: 10_000,
  /** After a stop was asked for: an answer on its way may still save a repetition. */
  stopWithinMs: 3_000,

  /** A syslog server that is there answers in a round trip. */
  syslogConnectWithinMs: 10_000,
  /** A server that reads nothing for so long is given up, and its lines are sent again. */
  syslogWriteWithinMs: 30_000,
  /** Finds a server that vanished without a word. */
  syslogKeepAliveMs: 30_000,
} as const;
