import { ascii } from "./bytes.ts";

/** No head begins with this pair of bytes. */
const NEVER = 0;
/** Some head of four bytes or more does: look at the next two. */
export const LOOK = 1;
/** A head that is this short decides nothing more. */
const ALWAYS = 2;

/**
 * The first bytes of everything that could be ours, for the question that most lines answer with
 * no: one look at a table of byte pairs, and only then at two more bytes (assembly/heads.ts asks).
 */
export class Heads {
  /** By the two bytes as they stand, little-endian. */
  readonly pairs = new Uint8Array(65_536);
  /** The heads of those pairs that ask for a look, four bytes each as they stand. */
  readonly fours: Uint8Array;

  constructor(heads: readonly string[]) {
    const fours: number[] = [];
    for (const head of heads) {
      const bytes = ascii(head);
      const [first = 0, second] = bytes;
      if (second === undefined) {
        for (let other = 0; other < 256; other++) this.pairs[(other << 8) | first] = ALWAYS;
      } else if (bytes.length < 4) this.pairs[(second << 8) | first] = ALWAYS;
      else {
        const pair = (second << 8) | first;
        if (this.pairs[pair] === NEVER) this.pairs[pair] = LOOK;
        fours.push(...bytes.subarray(0, 4));
      }
    }
    this.fours = Uint8Array.from(fours);
  }
}

/** What a whole text begins with that may stand without a tag (parse/kernel-text.ts, HEADS). */
const WHOLE_TEXTS = [
  ..." \t[<0".split(""),
  ..."Limiting|TCP: |Possible|possible|pf_src|Connection|Stealth".split("|"),
  ..."sonewconn|nf_conntrack|net_ratelimit|ip_conntrack|icmp-response".split("|"),
  ..."kern.ipc|last message|Last message|message repeated|--- last".split("|"),
];

/** What else may stand behind a tag: words of other spellings, and texts that were cut in front. */
const TAGGED_TEXTS = [
  ..."P|so|tcp reset|closed port|open port|icmp|sctp ootb".split("|"),
  ..."reset|response|port RST|RS|unreach|ping|tstamp|ootb".split("|"),
];

/** Tags whose text counts (envelopes/tag.ts), and severities that may stand before one. */
const TAGS = [
  ..."kernel|/kernel|tmm|tidegauge|syslogd|syslog-ng|rsyslogd|kern.".split("|"),
  ..."emerg|alert|crit|er|warn|notice|info|debug".split("|"),
  // RFC 5424 inside another head.
  ..."1 |2 ".split("|"),
];

/**
 * What stands where a host name stands in a line without one: the first word of a text, a tag that
 * lost its colon, OpenWrt's priority, or nil.
 */
const NO_HOSTS = [
  ..."Limiting|Connection|Stealth|icmp-response|message|possible|Possible".split("|"),
  ..."sonewconn|kernel|syslogd|syslog-ng|rsyslogd|tmm|tidegauge|kern.|- ".split("|"),
];

export const HOST_HEADS = new Heads(NO_HOSTS);
export const TEXT_HEADS = new Heads([...WHOLE_TEXTS, ...TAGGED_TEXTS]);
export const TAG_HEADS = new Heads([...TAGS, ...WHOLE_TEXTS]);
