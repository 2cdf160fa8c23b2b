import { type Gauge, GAUGES, LIMIT_CLASS_COUNT } from "../../../lib/domain/gauge.ts";
import { ascii, isLetter, startsWith } from "./bytes.ts";
import { standsAt, type Words, words } from "./byte-words.ts";

const SPACE = 0x20;
/** Nine digits stay below the range check of the general reader. */
const DIGITS_MAX = 9;
/** Bytes of the longest text that is read here, newline and all. */
const TEXT_BYTES_MAX = 96;

/** Four bytes: of `0` to `9` less the first nothing is left in the upper half, nor with 6 added. */
const ZEROS = 0x30303030;
const SIXES = 0x06060606;
const UPPER_HALVES = 0xf0f0f0f0 | 0;

interface LimitClass {
  readonly gauge: number;
  readonly literal: Words;
}

const CLASSES: readonly LimitClass[] = GAUGES.slice(0, LIMIT_CLASS_COUNT).map((name, gauge) => {
  const text = name.replaceAll("_", " ").replace("rst", "RST");
  return { gauge, literal: words(`Limiting ${text} response from `) };
});
const classOf = (gauge: Gauge) => CLASSES[GAUGES.indexOf(gauge)]!;
const TCP_RESET = classOf("tcp_reset");
const CLOSED_PORT = classOf("closed_port_rst");
const OPEN_PORT = classOf("open_port_rst");
const ICMP_UNREACH = classOf("icmp_unreach");
const ICMP_PING = classOf("icmp_ping");
const ICMP_TSTAMP = classOf("icmp_tstamp");
const ICMP6_UNREACH = classOf("icmp6_unreach");
const SCTP_OOTB = classOf("sctp_ootb");
const LIMITING = ascii("Limiting ");
const CLASS_INITIALS = ascii("tcois");
const TO = words(" to ");
const PACKETS = words(" packets");
const PER_SECOND = words(" per second");
const SLASH_SEC = words("/sec");

/** Forms B to G of the limit line (kernel.md section 1), whole and with a newline right behind. */
export class FastLimit {
  gauge = 0;
  offered = 0;
  allowed = 0;
  #end = 0;

  /** Where the text that starts at `at` ends, or -1 where the general reader must look. */
  read(bytes: Uint8Array, view: DataView, at: number, limit: number): number {
    if (at + TEXT_BYTES_MAX > limit) return -1;
    const { gauge, literal } = classAt(bytes, at + 9);
    if (!standsAt(view, at, literal)) return -1;
    this.gauge = gauge;
    this.offered = this.#number(view, at + literal.length);
    let pos = this.#end;
    if (pos < 0 || !standsAt(view, pos, TO)) return -1;
    this.allowed = this.#number(view, pos + 4);
    pos = this.#end;
    if (pos < 0 || !standsAt(view, pos, PACKETS)) return -1;
    const unit = bytes[pos + 8] === SPACE ? PER_SECOND : SLASH_SEC;
    return standsAt(view, pos + 8, unit) ? pos + 8 + unit.length : -1;
  }

  /**
   * A number of one to nine digits; #end is behind it, or -1. Four digits at once, without a branch
   * that how many there are could take by surprise (bench/parse.bench.ts).
   */
  #number(view: DataView, at: number): number {
    const digits = view.getInt32(at) ^ ZEROS;
    const others = (digits | (digits + SIXES)) & UPPER_HALVES;
    const count = Math.clz32(others) >>> 3;
    if (count === 4) return this.#longNumber(view, at);
    this.#end = count === 0 ? -1 : at + count;
    const low = digits >>> ((4 - count) << 3);
    return ((low >>> 16) & 15) * 100 + ((low >>> 8) & 15) * 10 + (low & 15);
  }

  #longNumber(view: DataView, at: number): number {
    let pos = at;
    let value = 0;
    for (;;) {
      const digit = view.getUint8(pos) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      pos++;
      if (pos - at > DIGITS_MAX) break;
    }
    this.#end = pos - at > DIGITS_MAX ? -1 : pos;
    return value;
  }
}

/** What limitsOther looks at. */
export const OTHER_LIMIT_BYTES = LIMITING.length + 1;

/** `Limiting ` and a word that no class begins with: other drivers limit other things. */
export function limitsOther(bytes: Uint8Array, at: number, limit: number): boolean {
  return (
    at + LIMITING.length < limit &&
    startsWith(bytes, at, limit, LIMITING) &&
    isLetter(bytes[at + LIMITING.length]) &&
    !CLASS_INITIALS.includes(bytes[at + LIMITING.length]!)
  );
}

/** The one class that the words at `at` may name, by the bytes in which classes differ. */
function classAt(bytes: Uint8Array, at: number): LimitClass {
  switch (bytes[at]) {
    case 0x63: // closed
      return CLOSED_PORT;
    case 0x6f: // open
      return OPEN_PORT;
    case 0x73: // sctp
      return SCTP_OOTB;
    case 0x69: // icmp
      return icmpClassAt(bytes, at + 5);
    default:
      return TCP_RESET;
  }
}

function icmpClassAt(bytes: Uint8Array, at: number): LimitClass {
  switch (bytes[at]) {
    case 0x75:
      return ICMP_UNREACH;
    case 0x70:
      return ICMP_PING;
    case 0x74:
      return ICMP_TSTAMP;
    default:
      return ICMP6_UNREACH;
  }
}
