import fc from "fast-check";
import { readJsonLines } from "../described.ts";

const encoder = new TextEncoder();

/** Every example of the kernel's and of the shippers' lines. */
export const EXAMPLES = ["../kernel-lines.jsonl", "../shipper-lines.jsonl"]
  .flatMap((file) => readJsonLines(new URL(file, import.meta.url)) as { line: string }[])
  .map(({ line }) => line);

const PRIORITIES = ["", "", "", "", "<6>", "<13>", "<0>", "<191>", "<1234>", "<>", "<6> ", "+"];

const DATES = [
  ..."Nov 20 08:30:00|Nov  9 23:59:59|Nov 09 00:00:00|Jan  1 00:00:00".split("|"),
  ..."Dec 31 23:59:60|Feb 29 12:00:00|Feb 30 12:00:00|Nov 20 24:00:00".split("|"),
  ..."Nov 20 2026 08:30:00|Fri Nov 20 08:30:00 2026|Nov 20 08:30:00.125".split("|"),
  ..."Nov 20 08:61:00|Nov 31 08:30:00|Nov 00 08:30:00|nov 20 08:30:00".split("|"),
  "abr 20 08:30:00",
  "8:30:00",
  "Nov 20 8:30:00",
  '{"a 20 08:30:00',
  "[No 20 08:30:00",
  '"ab 20 08:30:00',
  "a,b 20 08:30:00",
  "a,b=20 08:30:00",
  "TCP 20 08:30:00",
  ..."Lim it from:20:00|Nov\t20 08:30:00|Nov 20 08:30:00 UTC|Nov 20 08.30.00".split("|"),
  ..."2026-11-20T08:30:00Z|2026-11-20T08:30:00.123456+00:00|2026-11-20t08:30:00z".split("|"),
  ..."2026-11-20T08:30:00+0530|2026-11-20T08:30:00-03|2026-11-20T08:30:00".split("|"),
  ..."2026-11-20 08:30:00|2026-13-40T08:30:00Z|2026-11-20T25:30:00Z".split("|"),
  ..."{026-11-20T08:30:00Z|1 2026-11-20T08:30:00Z|1969-12-31T23:59:59Z".split("|"),
  ..."2026-11-20T08:30:00,5Z|[  601.749973]|[Fri Nov 20 08:30:00 2026]|".split("|"),
];

const HOSTS = [
  ..."fra1-web-001|h|10.0.0.1|fe80::1|relay/host|a_b|HOST.example.org.".split("|"),
  ..."-|--|kernel|kernel:|/kernel|Limiting|last|Last|TCP:|TCP".split("|"),
  ..."Connection|Stealth|icmp-response|sonewconn|nf_conntrack:|net_ratelimit".split("|"),
  ..."kern.info|kern.warn|kern.nonsense|kernel-host|message|possible|sctp".split("|"),
  ..."tmm|tmm1|syslogd|rsyslogd|syslog-ng|tidegauge|tidegauge:|1|2".split("|"),
  "ü-host",
  "<6>",
  "[zone:",
  "login:",
  "warning",
  "err",
  "response",
  "x",
  repeat(63),
  "x",
  repeat(64),
  "x",
  repeat(65),
  "x",
  repeat(511),
  "x",
  repeat(512),
  "",
  '"host"',
  "h@st",
];

const TAGS = [
  ..."kernel:|kernel:|kernel:|kernel|kernel[0]:|kernel[12]:|/kernel:".split("|"),
  ..."kernel[x]:|kernel:[|kernels:|Kernel:|systemd[1]:|sudo:|sshd[123]:".split("|"),
  ..."cron[1]:|syslogd:|syslogd[9]:|rsyslogd:|rsyslogd[7]:|syslog-ng[1]:".split("|"),
  ..."tmm:|tmm1[2]:|tmmx:|tidegauge:|tidegauge[1]:|tidegauge|postfix/smtp:".split("|"),
  ..."kern.info|kern.warn kernel:|kern.x kernel:|warning|warning tmm1[5]:".split("|"),
  ..."err kernel:|error kernel:|info|notice kernel:|debug|alert tmm:|crit".split("|"),
  ..."emerg kernel:|<kern.info>|<0.5> kernel:|<6>|[  12.5]|1 - - -".split("|"),
  ..."1 2026-11-20T08:30:00Z h kernel - - -|- kernel - - -|1 - h kernel 1 - -||-".split("|"),
  ..."login:|fra1-web-002 kernel:|- -|last message|systemd|el:|nel:|l:|:".split("|"),
];

const TEXTS = [
  "Limiting tcp reset response from 422 to 192 packets/sec",
  "Limiting closed port RST response from 422 to 200 packets per second",
  ..."Limiting open port RST response from 9 to 200 packets/sec|Limiting icmp unreach".split("|"),
  "Limiting icmp6 unreach response from 999999999 to 1 packets/sec",
  "Limiting icmp ping response from 1000000000 to 1 packets/sec",
  "Limiting icmp tstamp response from 2147483648 to 1 packets/sec",
  "Limiting sctp ootb response from 0422 to 192 packets/sec",
  ..."Limiting tcp reset response from 422 to 192 packets/second|Limiting".split("|"),
  "Limiting tcp reset response from 422 to 192 packets/sec and more",
  ..."Limiting tcp reset response from 422 to 192 packets/sec |Limiting something else".split("|"),
  ..."Limiting tcp reset response from -4 to 192 packets/sec\r|Limitin tcp reset".split("|"),
  ..."reset response from 422 to 192 packets/sec|tcp reset response from 4 to 2 packets/sec".split(
    "|",
  ),
  ..."icmp-response bandwidth limit 300/200 pps|last message repeated 3 times".split("|"),
  "Last message 'Limiting tcp reset r' repeated 5 times, suppressed by syslog-ng on h",
  "message repeated 2 times: [ Limiting tcp reset response from 4 to 2 packets/sec]",
  ..."--- last message repeated 4 times ---|TCP: drop open request from 192.0.2.1/80".split("|"),
  "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
  "TCP: [192.0.2.1]:80 to [192.0.2.2]:90 tcpflags 0x10<ACK>; syncache_expand: Segment failed",
  "Connection attempt to TCP 192.0.2.1:80 from 192.0.2.2:90 flags:0x02",
  "Stealth Mode connection attempt to UDP 192.0.2.1:1 from 192.0.2.2:2",
  ..."nf_conntrack: table full, dropping packet|ip_conntrack: table full, dropping packet.".split(
    "|",
  ),
  ..."[zone: pf states] PF states limit reached|[zone: mbuf] kern.ipc.nmbufs limit reached".split(
    "|",
  ),
  ..."[ 12.5] Limiting tcp reset response from 422 to 192 packets/sec|[ 12.5] usb 1-1: new".split(
    "|",
  ),
  "<6>Limiting tcp reset response from 422 to 192 packets/sec",
  "{}",
  '{"type":"sample"}',
  ..."net_ratelimit: 12 callbacks suppressed|0123e0001:4: Limiting|011e0001:4: Limiting tcp".split(
    "|",
  ),
  "sonewconn: pcb 0xf (0.0.0.0:80 (proto 6)): Listen queue overflow: 1 already in queue",
  ..."PF states limit reached|possible SYN flooding on port 80. Sending cookies.|0|+".split("|"),
  ..."usb 1-1: new device|em0: link up|x|| |\t|pid 1 (x) exited|\0\0|é".split("|"),
];

const separator = fc.constantFrom(" ", " ", " ", " ", " ", " ", "  ", "\t", "");

/** Usually there, sometimes left out with the blank behind it. */
const part = (words: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...words), separator, fc.integer({ min: 0, max: 7 }))
    .map(([word, blank, isLeftOut]) => (isLeftOut === 0 ? "" : word + blank));

/** The parts of a syslog line put together at will, most of them where they belong. */
const composed = fc
  .tuple(
    fc.constantFrom(...PRIORITIES),
    fc.oneof(part(DATES), fc.constantFrom("Nov 20 08:30:00 ", "2026-11-20T08:30:00.25+01:00 ")),
    fc.oneof(part(HOSTS), fc.constant("fra1-web-001 ")),
    fc.oneof(part(TAGS), fc.constantFrom("kernel: ", "kernel: ", "systemd[1]: ", "su: ")),
    fc.constantFrom(...TEXTS),
  )
  .map((parts) => encoder.encode(parts.join("")));

/** What heads, numbers and JSON are made of. */
const ODD_BYTES = encoder.encode(" \t\r:;,=[]{}<>/\"'0149azLTlk.-+\0");

const mutation = fc.record({
  position: fc.nat(400),
  how: fc.constantFrom("flip", "set", "drop", "insert", "truncate", "double", "behead"),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...ODD_BYTES)),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(line: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const bytes = [...line];
  for (const { position, how, byte } of mutations) {
    const at = bytes.length === 0 ? 0 : position % bytes.length;
    if (how === "flip" && bytes.length > 0) bytes[at]! ^= 1 << (byte % 8);
    if (how === "set" && bytes.length > 0) bytes[at] = byte;
    if (how === "drop") bytes.splice(at, 1);
    if (how === "insert") bytes.splice(at, 0, byte);
    if (how === "truncate") bytes.length = at;
    if (how === "double") bytes.splice(at, 0, ...bytes.slice(at, at + 1 + (byte % 24)));
    if (how === "behead") bytes.splice(0, at);
  }
  return Uint8Array.from(bytes, (byte) => (byte === 0x0a ? 0x20 : byte));
}

/** One line without its newline: an example or a composed one, as it is or damaged. */
export const line = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: composed },
      { weight: 1, arbitrary: fc.constantFrom(...EXAMPLES).map((text) => encoder.encode(text)) },
    ),
    fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 4 })),
  )
  .map(([bytes, mutations]) => mutated(bytes, mutations));
