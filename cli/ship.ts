import { InvalidArgumentError, Option, type Command } from "commander";
import { parseDurationMs } from "../lib/config/quantity.ts";
import { outputFormat } from "../lib/process/output.ts";
import { versionOfPackage } from "../lib/process/package-root.ts";
import type { Destination } from "./ship-run.ts";
import { loadSettings } from "./settings.ts";
import { type RunFlags, withRun } from "./up.ts";

const EXAMPLES = `
Examples:
  $ tidegauge ship --config /etc/tidegauge/tidegauge.yaml
  $ tidegauge ship --to syslog://relay.example.org:5514
  $ tidegauge ship --to - --samples --interval 10s
`;

/** As ship.samples.interval of the configuration. */
const INTERVAL_MIN_MS = 100;
const INTERVAL_MAX_MS = 600_000;

type Milliseconds = number;

interface ShipFlags extends RunFlags {
  readonly to: Destination;
  readonly lines?: boolean;
  readonly samples?: boolean;
  readonly interval?: Milliseconds;
}

/** `ship`: runs on a host, or as the relay of a site. */
export function addShip(program: Command): void {
  const command = withRun(program.command("ship"))
    .summary("send this machine's kernel lines and counters to Kafka or to a syslog server")
    .description(
      "Reads the kernel's log of this machine, or the configured inputs, and sends the lines " +
        "that may be ours; samples the kernel's counters beside it. What cannot be sent waits " +
        "on disk, in ship.spool.path.",
    )
    .addOption(
      new Option("--to <destination>", "kafka, syslog://HOST:PORT (TCP), or - for standard output")
        .argParser(destinationOf)
        .default({ type: "kafka" }, "kafka"),
    )
    .addOption(new Option("--lines", "kernel lines only").conflicts("samples"))
    .addOption(new Option("--samples", "counter samples only"))
    .addOption(
      new Option("--interval <duration>", "how often counters are read").argParser(intervalOf),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ShipFlags) => run(command, flags));
}

async function run(command: Command, flags: ShipFlags): Promise<void> {
  const { runShip } = await import("./ship-run.ts");
  await runShip({
    settings: loadSettings(command),
    to: flags.to,
    ships: flags.samples === true ? "samples" : flags.lines === true ? "lines" : "both",
    intervalMs: flags.interval ?? null,
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

function intervalOf(value: string): number {
  const intervalMs = parseDurationMs(value);
  if (intervalMs >= INTERVAL_MIN_MS && intervalMs <= INTERVAL_MAX_MS) return intervalMs;
  throw new InvalidArgumentError("Give a duration from 100ms to 10m, such as 1s.");
}
