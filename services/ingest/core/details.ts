/**
 * What a line says beyond its numbers: byte ranges and small numbers of the kinds that carry
 * addresses, ports and words. Filled only by the parsers of those kinds, which reset it first; -1
 * stands for absent. A limit line touches nothing here but `impossible`.
 */
export class Details {
  /** limit: offered <= allowed, and no kernel that prints right can say so (parse/limit.ts). */
  impossible = false;
  /** The attacker's or peer's end: connect_attempt, tcp_segment, drop_open_request. */
  sourceStart = -1;
  sourceEnd = -1;
  sourcePort = -1;
  /** Our end; the listener of listen_overflow and syn_flood. */
  destinationStart = -1;
  destinationEnd = -1;
  destinationPort = -1;
  /** A protocol by name (`request_sock_TCP`). */
  protocolStart = -1;
  protocolEnd = -1;
  /** A protocol by IANA number: 6, 17. */
  protocolNumber = -1;
  flagsStart = -1;
  flagsEnd = -1;
  /** The words of conntrack_full, pf_limit and mbuf_limit; the callback of callbacks_suppressed. */
  whatStart = -1;
  whatEnd = -1;
  /** Index into SEGMENT_VERDICTS or LISTEN_FAULTS, by kind. */
  whatCode = -1;
  /** Index into SYN_ACTIONS. */
  action = -1;
  pcbStart = -1;
  pcbEnd = -1;
  euidStart = -1;
  euidEnd = -1;
  jailStart = -1;
  jailEnd = -1;
  /**
   * False where the queue length on the line is a boolean, not a length (parse/listen-overflow.ts).
   */
  hasQueueLength = false;
  hasOccurrences = false;
  /** The text that a repeat quotes. */
  ofStart = -1;
  ofEnd = -1;
  /** What the ranges point into where a relay tore the text apart; null for the line itself. */
  joined: Uint8Array | null = null;

  reset(): void {
    this.impossible = false;
    this.sourceStart = this.sourceEnd = this.sourcePort = -1;
    this.destinationStart = this.destinationEnd = this.destinationPort = -1;
    this.protocolStart = this.protocolEnd = this.protocolNumber = -1;
    this.flagsStart = this.flagsEnd = -1;
    this.whatStart = this.whatEnd = this.whatCode = -1;
    this.action = -1;
    this.pcbStart = this.pcbEnd = -1;
    this.euidStart = this.euidEnd = -1;
    this.jailStart = this.jailEnd = -1;
    this.hasQueueLength = this.hasOccurrences = false;
    this.ofStart = this.ofEnd = -1;
    this.joined = null;
  }
}

/** What the TCP input path said of a segment (kernel.md section 2, log_debug family). */
export const SEGMENT_VERDICTS = [
  "syncookie_auth_failed",
  "spurious_ack",
  "spurious_rst",
  "syn_ack_rejected",
  "syncache_timeout",
  "retransmits_exhausted",
  "duplicate_syn",
  "socket_allocation_failed",
  "data_after_close",
] as const;

/** Why sonewconn refused a connection (kernel.md section 2). */
export const LISTEN_FAULTS = [
  "queue_overflow",
  "socket_allocation_failed",
  "reserve_failed",
  "attach_failed",
] as const;

export const SYN_ACTIONS = ["cookies", "drop"] as const;
