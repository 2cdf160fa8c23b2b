/** Every ceiling of the detector, each with its reason. Reaching one is counted and visible. */
export const LIMITS = {
  /**
   * Read and folded at a stretch: a tenth of a second, because a process that is silent for a
   * session has lost its partitions, and a busy machine is ten times as slow.
   */
  batchBytes: 256 * 1024,
  /** Cells per observations partition, 12.8 bytes each: 16 Mi cells are 205 MiB at most. */
  cellsMax: 16 * 1024 * 1024,
  /** Cells keep their second in 32 bits, with room for windows behind it: October 2096. */
  secondMax: 4_000_000_000,
  /** Kept first lines per partition, about 220 bytes each; a power of two. */
  evidenceSlots: 32_768,
  /** Hosts listed in one incident (contracts.md section 4); the count stays exact. */
  hostsListedMax: 1_000,
  /** Lines quoted in one incident: enough to believe it, few enough to read. */
  evidenceMax: 20,
  /** Log time between two revisions that only bring figures up to date (contracts.md section 4). */
  revisionEverySeconds: 60,
  /** Growth of the number of hosts that is worth a revision at once (contracts.md section 4). */
  hostsGrowthFactor: 1.25,
  /** Log time stands this far behind before a second is final (detector.md section 5). */
  graceSeconds: 10,
  /** Deploy marks and maintenance windows that are kept; 1 MB or so. The first to end go first. */
  controlsMax: 10_000,
  /** A deploy so long before the start of an incident is named beside it. */
  deployBeforeSeconds: 900,
  /** And so long after it: tools mark a deploy when it is done. */
  deployAfterSeconds: 60,
  /** Silent inputs that are named in one sentence. */
  inputsNamedMax: 5,
  /** Hosts without their kernel lines that are named in one sentence. */
  silentLogsNamedMax: 10,
  /** Of what a person wrote as a reason, in a sentence of an incident. */
  reasonCharsMax: 80,
  /** Cells are swept out once per this much log time: a sweep visits every track. */
  sweepEverySeconds: 3_600,
  /** One record of a snapshot; the log takes records up to 1 MB. */
  snapshotChunkBytes: 512 * 1024,
  /** Read at once while a snapshot is looked for. */
  snapshotReadBytes: 8 * 1024 * 1024,
  /** Looked at first, from the end of the topic: a minute or two of a million hosts. */
  snapshotSearchRecords: 256,
  /** Log time between two snapshots: what a restart folds again at most. */
  snapshotEverySeconds: 60,
  /**
   * The same while a backlog is read, where log time flies: a day of it costs 96 snapshots, not
   * 1,440.
   */
  snapshotEverySecondsBehind: 900,
  /** Hosts written or read at a stretch, about 10 ms; then other work has its turn. */
  snapshotHostsPerTurn: 8_192,
  /** Snapshots in one append, in records: bounded, so that others get their turn. */
  snapshotRecordsPerAppend: 16,
  /** A rate this many times above its host's normal is hot (detection.md section 6, class 3x). */
  hotFactor: 3,
  /** And at least this much above it, per second: below lies what one client does. */
  hotExcessMin: 10,
  /** A host whose own normal is less is taken to have this one, per second. */
  normalMin: 5,
  /** A hot rate from here on is as strong as a line of the limiter, whose default limit it is. */
  surgeRate: 200,
  /** From here on three hosts are told sooner, per second; of a counter and of a line. */
  torrentRate: 800,
  /** So many times normal is no busy hour: five hosts are told sooner (class 10x, counters). */
  tenfoldFactor: 10,
  /** Of a host without a baseline yet only this much is called a flood, per second. */
  newHostRate: 800,
  /** Baselines learn in blocks of this; the level in use is one block older. */
  blockSeconds: 600,
  /** A block teaches when so much of it was measured. */
  blockMeasuredSecondsMin: 150,
  /** A block in which the host was hot, and the one after, teach nothing: so many in a row, 4 h. */
  frozenBlocksMax: 24,
  /** Blocks of half a week's weight: a half-life of 7 days. */
  levelHalfLifeBlocks: 1_008,
  /** What a block may teach at most, against the level it meets. */
  winsorFactor: 2,
  /** The same, whatever the level, per second: a block of it fits 32 bits. */
  taughtRateMax: 5_000_000,
  /** A longer pause between two samples says nothing of any one second in it. */
  pauseSecondsMax: 130,
  /** A flood on at least this share of the visible hosts is of severity high. */
  severityBroadShare: 0.25,
  /** One that averages a torrent a host is so too; on more than this share it is critical. */
  severityMostShare: 0.5,
  /** But not on fewer hosts: what is visible may be little of a site that only writes lines. */
  severityCriticalHostsMin: 5,
  /**
   * A host that sends samples and has sent none for so much log time is silent: the slowest usual
   * scrapes come once a minute, and two that are lost in a row are no silence yet.
   */
  silentAfterSeconds: 180,
  /**
   * One step of log time counts for so much of that at most: after a pause of the whole pipeline
   * each host has as long again to be heard.
   */
  silentStepSeconds: 90,
  /** All hosts are looked at once per this much log time: a million take three milliseconds. */
  silentLookSeconds: 10,
  /**
   * A host whose last sample is so much older than the start of an incident may have fallen silent
   * with it: the next one would have come behind the start.
   */
  silentLeadSeconds: 60,
  /** Silent hosts that are named: of one scope by a partition, and in one incident. */
  silentNamedMax: 100,
  /** And in one sentence. */
  silentInTextMax: 5,
  /** So long after its end a later sample may still show that a host is no longer hot. */
  quietProofSeconds: 3_600,
  /** So many seconds without a line that must be there are no slow shipper. */
  missingLineSecondsMin: 10,
  /** After a boot everything connects again: its counters say nothing so long. */
  bootQuietSeconds: 120,
  /** Series of one host at once: two samplers, two network namespaces. The stalest goes. */
  seriesPerHostMax: 4,
  /** Counter series per partition, about 150 bytes each. */
  counterSeriesMax: 4 * 1024 * 1024,
} as const;
