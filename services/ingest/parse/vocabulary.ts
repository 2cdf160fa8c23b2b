import { GAUGES } from "../../../lib/domain/gauge.ts";
import { KINDS, OPERATING_SYSTEMS } from "../core/reading.ts";

/** Numbers of the words that the parsers write into a Reading. */
export const KIND_LIMIT = KINDS.indexOf("limit");
export const KIND_LISTEN_OVERFLOW = KINDS.indexOf("listen_overflow");
export const KIND_SYN_FLOOD = KINDS.indexOf("syn_flood");
export const KIND_CONNTRACK_FULL = KINDS.indexOf("conntrack_full");
export const KIND_PF_LIMIT = KINDS.indexOf("pf_limit");
export const KIND_MBUF_LIMIT = KINDS.indexOf("mbuf_limit");
export const KIND_CONNECT_ATTEMPT = KINDS.indexOf("connect_attempt");
export const KIND_DROP_OPEN_REQUEST = KINDS.indexOf("drop_open_request");
export const KIND_TCP_SEGMENT = KINDS.indexOf("tcp_segment");
export const KIND_CALLBACKS_SUPPRESSED = KINDS.indexOf("callbacks_suppressed");
export const KIND_REPEAT = KINDS.indexOf("repeat");

export const NO_GAUGE = -1;
export const GAUGE_LISTEN_OVERFLOW = GAUGES.indexOf("listen_overflow");
export const GAUGE_SYN_FLOOD = GAUGES.indexOf("syn_flood");
export const GAUGE_CONNTRACK_FULL = GAUGES.indexOf("conntrack_full");
export const GAUGE_PF_LIMIT = GAUGES.indexOf("pf_limit");
export const GAUGE_MBUF_LIMIT = GAUGES.indexOf("mbuf_limit");

export const OS_UNKNOWN = -1;
export const OS_FREEBSD = OPERATING_SYSTEMS.indexOf("freebsd");
export const OS_LINUX = OPERATING_SYSTEMS.indexOf("linux");
export const OS_MACOS = OPERATING_SYSTEMS.indexOf("macos");
export const OS_F5 = OPERATING_SYSTEMS.indexOf("f5");
