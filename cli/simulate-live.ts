import { InvalidArgumentError, Option, type Command } from "commander";
import { printable } from "../lib/domain/printable.ts";
import { wallClock } from "../lib/process/clock.ts";
import { live } from "../lib/process/life.ts";
import { DemoScript } from "../sim/demo/script.ts";
import { SyslogFleet } from "../sim/demo/syslog-fleet.ts";
import { PLANTED_RULE } from "../sim/planted-rule.ts";
import { sceneText } from "./demo-words.ts";
import { parsePort } from "./input-flags.ts";

interface Target {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

interface LiveFlags {
  readonly to: Target;
  readonly seed: number;
}

const EXAMPLES = `
Examples:
  $ tidegauge simulate live
  $ tidegauge simulate live --to syslog://ingest.example.org:5514
`;

const TARGET_DEFAULT: Target = { host: "127.0.0.1", port: 5514 };
const SEED_DEFAULT = 20_261_120;

/** `simulate live`: the fleet of `demo` against a pipeline that runs elsewhere. */
export function addSimulateLive(simulate: Command): void {
  const { hosts, withinSeconds, scope } = PLANTED_RULE;
  simulate
    .command("live")
    .summary("play a fleet in real time against a pipeline that runs, attacks among decoys")
    .description(
      "Ships the syslog of a made-up fleet, RFC 3164 over UDP, until SIGINT or SIGTERM. What is " +
        `played is told on standard error. A host_count rule with ${hosts} hosts within ` +
        `${withinSeconds}s per ${scope} finds every attack and no decoy.`,
    )
    .addOption(
      new Option("--to <address>", "a syslog listener, as in syslog://HOST:PORT")
        .argParser(parseTarget)
        .default(TARGET_DEFAULT, "syslog://127.0.0.1:5514"),
    )
    .addOption(
      new Option("--seed <number>", "another seed is another fleet")
        .argParser(parseSeed)
        .default(SEED_DEFAULT),
    )
    .addHelpText("after", EXAMPLES)
    .action(runLive);
}

async function runLive({ to, seed }: LiveFlags): Promise<void> {
  const script = new DemoScript(seed, Math.floor(wallClock.nowMs() / 1_000));
  const { fleet } = script;
  const target = to.host.includes(":") ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`;
  tell(
    `Nothing of this is real: the ${fleet.hosts.length} hosts of ${fleet.sites.join(", ")} are ` +
      `made up.\nTheir syslog goes to ${target}, RFC 3164 over UDP, until Ctrl-C.`,
  );
  const shipping = new SyslogFleet({
    clock: wallClock,
    script,
    ...to,
    onScene: (scene) => tell(sceneText(fleet, scene, Math.round(process.uptime()))),
  });
  await live({ parts: [shipping], clock: wallClock });
}

function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

const TARGET = /^syslog:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;

function parseTarget(text: string): Target {
  const match = TARGET.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) {
    throw new InvalidArgumentError("give an address such as syslog://127.0.0.1:5514.");
  }
  return { host, port: parsePort(match?.[3] ?? "") };
}

function parseSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("give a whole number.");
  return Number(text);
}
