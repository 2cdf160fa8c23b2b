/**
 * Groups of /proc/net/snmp and netstat, so that a name without a separator comes apart again: the
 * longer of two that begin alike first.
 */
const GROUPS = [
  "MPTcpExt",
  "TcpExt",
  "IpExt",
  "IcmpMsg",
  "Icmp6",
  "Icmp",
  "UdpLite6",
  "UdpLite",
  "Udp6",
  "Udp",
  "Ip6",
  "Ip",
  "Tcp",
];

/** Of collectors that write the kernel's names in lower case. */
const FIELDS = [
  ..."ActiveOpens AttemptFails CurrEstab EstabResets InCsumErrors InErrs InSegs MaxConn OutRsts"
    .split(" ")
    .map((field) => `Tcp.${field}`),
  ..."OutSegs PassiveOpens RetransSegs RtoAlgorithm RtoMax RtoMin"
    .split(" ")
    .map((field) => `Tcp.${field}`),
  ..."InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors"
    .split(" ")
    .map((field) => `Udp.${field}`),
  ..."InMsgs InErrors InDestUnreachs OutMsgs OutErrors OutDestUnreachs OutRateLimitGlobal"
    .split(" ")
    .map((field) => `Icmp.${field}`),
  "Icmp.OutRateLimitHost",
  ..."Forwarding DefaultTTL InReceives InDiscards InDelivers OutRequests OutDiscards"
    .split(" ")
    .map((field) => `Ip.${field}`),
];
const BY_LOWER_CASE = new Map(
  FIELDS.map((name) => [name.toLowerCase().replace(".", "_"), name] as const),
);

/** `TcpExtListenDrops` as `TcpExt.ListenDrops`; what has no group that is known stays. */
export function splitName(joined: string): string {
  const group = GROUPS.find((each) => joined.startsWith(each) && joined.length > each.length);
  return group === undefined ? joined : `${group}.${joined.slice(group.length)}`;
}

/** `tcp_outrsts` as `Tcp.OutRsts`; what is not known stays. */
export function nameOfLowerCase(name: string): string {
  return BY_LOWER_CASE.get(name) ?? name;
}
