/**
 * `tidegauge up` under load, with its sender and its webhook on loopback.
 *   latency  2,000 lines/s over TCP: from the write of the line that meets the rule to the webhook
 *   tcp      as many lines as it takes over one TCP connection, until all of them are folded
 *   udp      the same over UDP, with what was lost and who counted it
 * `node bench/live.ts [latency] [tcp] [udp] [--lines N] [--floods N]`; without names all three.
 */
import { parseArgs } from "node:util";
import { latency } from "./live/latency.ts";
import { tcpThroughput, udpThroughput } from "./live/throughput.ts";

const { values, positionals } = parseArgs({
  options: {
    lines: { type: "string", default: "3000000" },
    floods: { type: "string", default: "40" },
  },
  allowPositionals: true,
});
const asked = (name: string) => positionals.length === 0 || positionals.includes(name);
if (asked("latency")) await latency(Number(values.floods));
if (asked("tcp")) await tcpThroughput(Number(values.lines));
if (asked("udp")) await udpThroughput(Math.min(1_000_000, Number(values.lines)));
