import { InvalidArgumentError, Option, type Command } from "commander";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { outputFormat } from "../lib/process/output.ts";
import { versionOfPackage } from "../lib/process/package-root.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { Destination } from "./ship-run.ts";
import { loadSettings } from "./settings.ts";
import { type RunFlags, withRun } from "./up.ts";

const EXAMPLES = `
Examples:
  $ tidegauge ship --config /etc/tidegauge/tidegauge.yaml
  $ tidegauge ship --to syslog://relay.example.org:5514
  $ tidegauge ship --to - | head
`;

interface ShipFlags extends RunFlags {
  readonly to: Destination;
  readonly samples?: boolean;
}

/** `ship`: runs on a host, or as the relay of a site. */
export function addShip(program: Command): void {
  const command = withRun(program.command("ship"))
    .summary("send this machine's kernel lines to Kafka or to a syslog server")
    .description(
      "Reads the kernel's log of this machine, or the configured inputs, and sends the lines " +
        "that may be ours. What cannot be sent waits on disk, in ship.spool.path.",
    )
    .addOption(
      new Option("--to <destination>", "kafka, syslog://HOST:PORT (TCP), or - for standard output")
        .argParser(destinationOf)
        .default({ type: "kafka" }, "kafka"),
    )
    .addOption(new Option("--lines", "kernel lines only").conflicts("samples"))
    .addOption(new Option("--samples", "counter samples only"))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ShipFlags) => run(command, flags));
}

async function run(command: Command, flags: ShipFlags): Promise<void> {
  if (flags.samples === true) throw noSamples();
  const { runShip } = await import("./ship-run.ts");
  await runShip({
    settings: loadSettings(command),
    to: flags.to,
    version: versionOfPackage(),
    healthHost: flags.healthHost,
    healthPort: flags.healthPort ?? null,
    logFormat: outputFormat(undefined, process.stderr),
    logLevel: flags.logLevel,
  });
}

function destinationOf(value: string): Destination {
  if (value === "kafka") return { type: "kafka" };
  if (value === "-") return { type: "stdout" };
  const url = URL.canParse(value) ? new URL(value) : null;
  const isWhole = url?.protocol === "syslog:" && url.hostname !== "" && url.port !== "";
  if (!isWhole || value !== `syslog://${url.host}`) {
    throw new InvalidArgumentError("Give kafka, syslog://HOST:PORT, or - for standard output.");
  }
  const host = url.hostname.replace("[", "").replace("]", "");
  return { type: "syslog", host, port: Number(url.port) };
}

function noSamples(): Trouble {
  return new Trouble(
    "samples_missing",
    "counter samples are not in this version",
    "leave --samples away: kernel lines are shipped",
    EXIT_CODES.usage,
  );
}
