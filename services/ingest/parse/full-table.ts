import { CLOSE_BRACKET, ascii, find } from "../core/bytes.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import {
  GAUGE_CONNTRACK_FULL,
  GAUGE_MBUF_LIMIT,
  GAUGE_PF_LIMIT,
  KIND_CONNTRACK_FULL,
  KIND_MBUF_LIMIT,
  KIND_PF_LIMIT,
  NO_GAUGE,
  OS_FREEBSD,
  OS_LINUX,
  OS_UNKNOWN,
} from "./vocabulary.ts";

const NF_CONNTRACK = ascii("nf_conntrack: ");
const IP_CONNTRACK = ascii("ip_conntrack: ");
const TABLE_FULL = ascii("table full");
const DROPPING = ascii(", dropping packet");
const ZONE = ascii("[zone: ");
const ZONE_CLOSE = ascii("] ");
const PF = ascii("PF ");
const MBUF = ascii("kern.ipc.nmb");
const REACHED = ascii(" limit reached");
const SOURCE_LIMIT = ascii("pf_src_connlimit: ");
const BLOCKING = ascii("blocking address ");
const KILLED = ascii(" states killed");
const NAME_LENGTH = NF_CONNTRACK.length - 2;

/**
 * `nf_conntrack: table full, dropping packet`, the module's name once or twice, with or without a
 * dot; newer kernels put words (`in netns 4026531840`) between "full" and the comma.
 */
export function parseConntrackFull(cursor: Cursor, reading: Reading): boolean {
  const { details } = reading;
  const start = cursor.pos;
  if (!cursor.take(NF_CONNTRACK) && !cursor.take(IP_CONNTRACK)) return false;
  while (cursor.take(NF_CONNTRACK));
  if (!cursor.takeHead(TABLE_FULL, 5)) return false;
  details.reset();
  details.whatStart = start;
  details.whatEnd = start + NAME_LENGTH;
  const dropping = cursor.whole ? find(cursor.bytes, cursor.pos, cursor.end, DROPPING) : -1;
  if (dropping >= 0) cursor.pos = dropping;
  cursor.expect(DROPPING);
  cursor.settle(reading, KIND_CONNTRACK_FULL, GAUGE_CONNTRACK_FULL, OS_LINUX);
  return true;
}

/** uma_zone_set_warning: `[zone: pf states] PF states limit reached`; the zone may be missing. */
export function parseZoneLimit(cursor: Cursor, reading: Reading): boolean {
  if (cursor.take(ZONE)) {
    cursor.spanTo(CLOSE_BRACKET);
    if (!cursor.take(ZONE_CLOSE)) return false;
  }
  if (cursor.take(PF)) return finishZone(cursor, reading, cursor.pos, true);
  const start = cursor.pos;
  if (!cursor.take(MBUF)) return false;
  cursor.word();
  return finishZone(cursor, reading, start, false);
}

function finishZone(cursor: Cursor, reading: Reading, start: number, isPf: boolean): boolean {
  const { details } = reading;
  const at = find(cursor.bytes, cursor.pos, cursor.end, REACHED);
  if (isPf && at < 0 && cursor.pos < cursor.end) return false;
  details.reset();
  details.whatStart = start;
  if (at >= 0) cursor.pos = at;
  details.whatEnd = cursor.pos;
  cursor.expect(REACHED);
  const kind = isPf ? KIND_PF_LIMIT : KIND_MBUF_LIMIT;
  cursor.settle(reading, kind, isPf ? GAUGE_PF_LIMIT : GAUGE_MBUF_LIMIT, OS_FREEBSD);
  return true;
}

/**
 * pf overload, at debug level misc only: `pf_src_connlimit: blocking address 10.0.0.1`, then
 * `pf_src_connlimit: 3 states killed`. The second tells of the first again, so it is no gauge.
 */
export function parseSourceLimit(cursor: Cursor, reading: Reading): boolean {
  const start = cursor.pos;
  if (!cursor.take(SOURCE_LIMIT)) return false;
  const { details } = reading;
  details.reset();
  details.whatStart = start;
  details.whatEnd = start + SOURCE_LIMIT.length - 2;
  if (cursor.takeHead(BLOCKING, 1)) {
    cursor.settle(reading, KIND_PF_LIMIT, GAUGE_PF_LIMIT, OS_UNKNOWN);
    return true;
  }
  reading.count = cursor.number();
  cursor.expect(KILLED);
  cursor.settle(reading, KIND_PF_LIMIT, NO_GAUGE, OS_UNKNOWN);
  return true;
}
