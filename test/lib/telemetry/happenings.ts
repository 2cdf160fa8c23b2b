import type { Events } from "../../../lib/telemetry/events.ts";

type Arguments<E> = {
  readonly [M in keyof E]: E[M] extends (...told: infer A) => void ? readonly A[] : never;
};

const DELIVERY = { sink: "pager", incidentId: "tg-1", revision: 2, attempts: 1 };

/** Every event at least once, such that it has something to count or to log. */
export const HAPPENINGS: { readonly [G in keyof Events]: Arguments<Events[G]> } = {
  process: {
    started: [["udp", 3, 1]],
    stopped: [["udp", 3, 0]],
    died: [["udp", new Error("gone")]],
    hung: [["udp"]],
    stopping: [["SIGTERM"]],
    readiness: [
      [false, ["host log: has not reported yet"]],
      [true, []],
    ],
    sourceStuck: [["host log", true]],
    unanswered: [["host log", new Error("away")]],
    noProgress: [[["host log: stands still"]]],
    reloaded: [[]],
    reloadRefused: [[new Error("bad")]],
    telemetryFailed: [["collector is away"]],
    metricsFailed: [[new Error("bad")]],
    messagesSampled: [[4]],
  },
  ship: {
    sourceFailed: [["kmsg", new Error("EPERM")]],
    kernelLinesLost: [["kmsg", 12]],
    clockCorrected: [["kmsg", -700]],
    samplesTaken: [["counters", 1]],
    samplesLost: [["counters", 2, new Error("disk full")]],
    sampleRejected: [["counters", "cut_short"]],
    countersUnread: [["counters", new Error("EACCES")]],
    postureUnread: [["counters", new Error("EACCES")]],
    connected: [["kafka a:9092"]],
    disconnected: [["syslog relay:514"]],
    sent: [["tidegauge.lines", 2, 30]],
    recordRefused: [["tidegauge.lines", 900_000, new Error("too large")]],
    spoolOverflowed: [["tidegauge.lines", 7]],
    spoolTrouble: [[new Error("disk full")]],
    rejectTold: [["torn", "messages#3"]],
  },
  ingest: {
    inputStarted: [["udp", "127.0.0.1:5514"]],
    linesRead: [["udp", 10, 1_000]],
    linesDone: [["udp", outcomes()]],
    timesReplaced: [["udp", 2]],
    stampsReplaced: [["central", 3]],
    sourceRetried: [["central", new Error("away"), 1]],
    recordRejected: [["central", "truncated", "rsyslog/0@4"]],
    datagramsRead: [["udp", 10]],
    datagramsLost: [["udp", 3]],
    connectionOpened: [["tcp", "tls", 1]],
    connectionRefused: [["tcp", "per_peer_limit", "192.0.2.1"]],
    connectionClosed: [["tcp", "idle", "192.0.2.1", 0]],
    requestAnswered: [
      ["hec", 200, 0, "192.0.2.1"],
      ["hec", 403, 4, "192.0.2.1"],
    ],
    scraped: [
      ["nodes", "taken", "http://web3:9100/metrics", false],
      ["nodes", "deadline", "http://web3:9100/metrics", true],
    ],
    targetsRead: [["nodes", 40]],
    targetsUnread: [["nodes", "targets", new Error("ENOENT")]],
    hostForeign: [["tcp", 2, "192.0.2.1"]],
    fileRotated: [["messages", "rename", "/var/log/messages"]],
    fileUnreadable: [["messages", "/var/log/messages", new Error("EACCES")]],
    fileLost: [["messages", "/var/log/messages", 400]],
    recordsLost: [["lines", 0, 5]],
    observationsPublished: [["udp", 6]],
    inputPaused: [["udp"]],
    inputEnded: [["stdin"]],
    appendRetried: [["udp", new Error("busy"), 1]],
  },
  stream: {
    recordsAppended: [["observations", 5, 500]],
    batchFolded: [["host", { records: [] }]],
    appendRetried: [["host", new Error("away"), 1]],
    fenced: [["host", new Error("fenced")]],
    recordsLost: [["host", { topic: "observations", partition: 0, fromOffset: 1, toOffset: 4 }]],
    batchUnreadable: [
      ["input", { topic: "rsyslog", partition: 0, fromOffset: 1, toOffset: 4 }, "packed with lz4"],
    ],
    unreadable: [["scope", { topic: "tallies", partition: 0, offset: 4 }, "truncated"]],
    partitionsAssigned: [["host", ["observations/0"], 1]],
    partitionsRevoked: [["host", ["observations/0"], 0]],
    clientTold: [
      [
        {
          severity: "trouble",
          says: "Connection: Connection error",
          fields: { broker: "127.0.0.1:9092" },
        },
      ],
      [
        {
          severity: "chatter",
          says: "Runner: The group is rebalancing, re-joining",
          fields: {},
        },
      ],
    ],
    lag: [["host", 7]],
  },
  detect: {
    observationsFolded: [[8]],
    observationsLost: [["beyond_retain", 2]],
    ticksCut: [[1]],
    talliesPublished: [[3, 2]],
    revisionPublished: [
      [
        {
          id: "tg-20261120T082914Z-3k9f2m7q",
          revision: 1,
          state: "confirmed",
          severity: "high",
          title: "fra1: 37 hosts",
          rule: { name: "flood" },
        },
      ],
    ],
    incidentsOpen: [[{ confirmed: 1 }]],
    stateHeld: [[{ hosts: 50, runs: 7 }]],
    retainHeld: [[3_600, true]],
    logTimeLag: [["scope", 2]],
    sourceLeft: [["udp", 1]],
    sourceBack: [["udp", 2]],
    snapshotWritten: [["host", 4_096]],
    snapshotLoaded: [["host", 0, 17, 4_096]],
    snapshotFailed: [["host", "torn", 0]],
  },
  notify: {
    delivered: [[DELIVERY, 250]],
    deliveryRetried: [[DELIVERY, "deadline", 1_000]],
    deliveryDead: [[DELIVERY, "refused"]],
    suppressed: [["pager", "silenced"]],
    pending: [["pager", 3]],
    sinkDisabled: [["pager"]],
    unreadable: [["incidents", 0, 4, "not_avro"]],
    fileRepaired: [["archive", "incidents.jsonl", 17]],
  },
  watch: {
    heartbeatSent: [["pager"]],
    heartbeatWithheld: [["pager", "host"]],
    heartbeatFailed: [["pager", "deadline", "no answer in time"]],
    canarySent: [["udp"]],
    canaryArrived: [["udp", 900, true]],
    canaryMissed: [["udp", "scope"]],
  },
};

/** Ten lines: 4 pass, 5 drops, 1 reject. */
export function outcomes() {
  return {
    pass: 4,
    drops: [3, 2],
    rejects: [0, 1],
    withoutHost: 1,
    withoutTime: 1,
    excessBytes: 9,
  };
}
