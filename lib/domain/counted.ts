import { type Gauge, GAUGES } from "./gauge.ts";

/** One counter of one system that a gauge reads. */
export interface CountedName {
  readonly os: "linux" | "freebsd";
  /** As a sample calls it (contracts.md section 3). */
  readonly name: string;
  /** What one step of it really is; what is alike in name need not be alike. */
  readonly counts: string;
  /** Where that is written. */
  readonly source: string;
}

/** A gauge that is the growth of a counter; each host is compared with itself alone. */
export interface Counted {
  readonly gauge: Gauge;
  /** At most one of a system's names counts: the first that a sample holds. */
  readonly names: readonly CountedName[];
  /** Ordinary work moves it as well: hot, it says nothing of the host's other counters. */
  readonly isTraffic?: true;
}

/**
 * What each number really counts (facts of RFC 4022, RFC 4113 and the kernels' own tables). FreeBSD
 * counts no resets sent, and no system counts resets received: `segments_in` is all that a flood of
 * those moves. The order is that of GAUGES, and a sample's slots follow it: never reorder.
 */
export const COUNTED: readonly Counted[] = [
  {
    gauge: "resets_sent",
    names: [
      {
        os: "linux",
        name: "Tcp.OutRsts",
        counts: "segments sent with RST, for whatever reason",
        source: "RFC 4022 tcpOutRsts; net/ipv4/tcp_output.c and tcp_ipv4.c",
      },
    ],
  },
  {
    gauge: "attempt_fails",
    names: [
      {
        os: "linux",
        name: "Tcp.AttemptFails",
        counts: "connections that failed while opening: by a reset, an ICMP error or a time-out",
        source: "RFC 4022 tcpAttemptFails; net/ipv4/tcp.c tcp_done",
      },
      {
        os: "freebsd",
        name: "tcp.embryonic-connections-dropped",
        counts: "connections of this host's own that were dropped before they were established",
        source: "tcps_conndrops; sys/netinet/tcp_subr.c tcp_drop",
      },
    ],
  },
  {
    gauge: "estab_resets",
    names: [
      {
        os: "linux",
        name: "Tcp.EstabResets",
        counts: "established connections that ended with a reset, sent or received",
        source: "RFC 4022 tcpEstabResets; net/ipv4/tcp.c tcp_set_state",
      },
      {
        os: "freebsd",
        name: "tcp.connection-drops",
        counts: "established connections that were dropped, for whatever reason",
        source: "tcps_drops; sys/netinet/tcp_subr.c tcp_drop",
      },
    ],
  },
  {
    gauge: "syn_cookies",
    names: [
      {
        os: "linux",
        name: "TcpExt.SyncookiesSent",
        counts: "SYNs that were answered with a cookie because the queue was full",
        source: "net/ipv4/syncookies.c",
      },
      {
        os: "freebsd",
        name: "tcp.syncookies.sent-cookies",
        counts: "SYNs that were answered with a cookie",
        source: "tcps_sc_sendcookie; sys/netinet/tcp_syncache.c",
      },
      {
        os: "freebsd",
        name: "tcp.syncache.sent-cookies",
        counts: "the same, as older releases name it",
        source: "tcps_sc_sendcookie; sys/netinet/tcp_syncache.c",
      },
    ],
  },
  {
    gauge: "syn_drops",
    names: [
      {
        os: "linux",
        name: "TcpExt.TCPReqQFullDrop",
        counts: "SYNs that were dropped because the queue was full and cookies were off",
        source: "net/ipv4/tcp_input.c tcp_syn_flood_action",
      },
      {
        os: "freebsd",
        name: "tcp.syncache.bucket-overflow",
        counts: "half-open connections that newer ones pushed out",
        source: "tcps_sc_bucketoverflow; sys/netinet/tcp_syncache.c",
      },
    ],
  },
  {
    gauge: "listen_drops",
    names: [
      {
        os: "linux",
        name: "TcpExt.ListenDrops",
        counts: "packets to a listener that were dropped, a full accept queue among the reasons",
        source: "net/ipv4/tcp_ipv4.c tcp_v4_syn_recv_sock, tcp_input.c tcp_conn_request",
      },
      {
        os: "freebsd",
        name: "tcp.listen-queue-overflows",
        counts: "connections that found the accept queue full",
        source: "tcps_listendrop; sys/kern/uipc_socket.c, sys/netinet/tcp_syncache.c",
      },
    ],
  },
  {
    gauge: "segments_in",
    isTraffic: true,
    names: [
      {
        os: "linux",
        name: "Tcp.InSegs",
        counts: "segments received, good and bad, what receive offload joined as one",
        source: "RFC 4022 tcpInSegs; net/ipv4/tcp_ipv4.c tcp_v4_rcv",
      },
      {
        os: "freebsd",
        name: "tcp.received-packets",
        counts: "segments received",
        source: "tcps_rcvtotal; sys/netinet/tcp_input.c",
      },
    ],
  },
  {
    gauge: "udp_refused",
    names: [
      {
        os: "linux",
        name: "Udp.NoPorts",
        counts: "datagrams to a port that nobody listens on",
        source: "RFC 4113 udpNoPorts; net/ipv4/udp.c",
      },
      {
        os: "freebsd",
        name: "udp.dropped-no-socket",
        counts: "datagrams to a port that nobody listens on: each asks for an ICMP unreachable",
        source: "udps_noport; sys/netinet/udp_usrreq.c",
      },
    ],
  },
];

/** Slot 0 is this gauge, slot 1 the next. */
export const COUNTED_FIRST_GAUGE = GAUGES.indexOf(COUNTED[0]!.gauge);

/** Which slot reads a counter, and how much it is preferred to others of that slot: 0 is most. */
export interface SlotOfName {
  readonly slot: number;
  readonly rank: number;
  readonly os: CountedName["os"];
}

const SLOTS = new Map<string, SlotOfName>();
COUNTED.forEach(({ names }, slot) => {
  names.forEach(({ name, os }, rank) => SLOTS.set(name, { slot, rank, os }));
});

/** Null for a counter that is kept by name and read by no gauge. */
export function slotOf(name: string): SlotOfName | null {
  return SLOTS.get(name) ?? null;
}

/** What a counter says of a second, as evidence quotes it: `Tcp.OutRsts 400/s, normal 5/s`. */
export function rateText(
  gauge: number,
  os: CountedName["os"],
  rate: number,
  excess: number,
): string {
  const { names } = COUNTED[gauge - COUNTED_FIRST_GAUGE]!;
  const name = names.find((each) => each.os === os)?.name ?? names[0]!.name;
  return `${name} ${rate}/s, normal ${rate - excess}/s`;
}
