import type { Scene } from "../sim/demo/scenes.ts";
import type { Fleet } from "../sim/fleet.ts";
import { timeText } from "../sim/log-line.ts";

/** `npx tidegauge`, and where the log is if that does not go without saying. */
export type Invocation = (command: string) => string;

export function openingText({ hosts, sites }: Fleet, port: number, folder: string): string {
  return `This is a demo. Nothing in it is real: the ${hosts.length} hosts of ${listOf(sites)}
are made up, and only this machine is involved. Their syslog is real: RFC 3164 over UDP, sent to
127.0.0.1:${port}, where tidegauge listens; it keeps its log in ${folder}.

A quiet fleet first. In a few seconds many hosts of ${sites[0]} will write at once that they
refuse packets beyond their limit, as a kernel does in a flood, and an incident should follow here.
`;
}

export function sceneText(fleet: Fleet, { behaviour, sites }: Scene, atSeconds: number): string {
  const where = listOf(sites.map((site) => fleet.sites[site]!));
  const expected = behaviour.label === "attack" ? "an incident must follow" : "none may follow";
  const what = behaviour.label === "attack" ? "attack" : "decoy";
  return `[${atSeconds} s] the fleet plays ${what} on ${where}: ${behaviour.story}; ${expected}.`;
}

/** After the first incident: what can be tried while it runs. */
export function tryText(
  id: string,
  site: string,
  port: number,
  run: Invocation,
  nowSecond: number,
): string {
  const text = "Limiting tcp reset response from 422 to 192 packets/sec";
  const line = `<5>${timeText(nowSecond)} demo-my-host kernel: ${text}`;
  const flags = `-n 127.0.0.1 -P ${port} -d --rfc3164 -p kern.notice -t kernel`;
  return `Try next, in another terminal and in this directory:
  ${run("incidents list")}
  ${run(`incidents show ${id.slice(-8)}`)}
  ${run(`incidents ack ${id.slice(-8)} --reason "looking at it"`)}
  ${run(`silences add --reason "known test" --for 10m site=${site}`)}
  ${run("hosts list")}
  ${run("deliveries list")}
Send a line of your own, as any host would, and see it under \`hosts list\`:
  logger ${flags} '${text}'
  printf '%s' '${line}' | nc -u -w1 127.0.0.1 ${port}
The fleet goes on, attacks among decoys, until Ctrl-C.`;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
