import { InvalidArgumentError, Option, type Command } from "commander";
import { versionOfPackage } from "../lib/process/package-root.ts";
import { outputFormat } from "../lib/process/output.ts";
import { parsePort } from "./input-flags.ts";
import { SERVICES, type Service } from "./services.ts";
import { loadSettings, withConfig } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge up --config tidegauge.yaml
  $ tidegauge up --health-port 9464
`;

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** The flags of every command that runs services. */
export interface RunFlags {
  readonly healthHost: string;
  readonly healthPort?: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** `up`: the whole pipeline in one process, from a configuration. */
export function addUp(program: Command): void {
  const command = withRun(program.command("up"))
    .summary("run the whole pipeline in one process")
    .description(
      "Listens, detects and notifies until SIGTERM or SIGINT, on the log in stream.path. What it " +
        "says of itself goes to standard error; incidents go to the configured sinks.",
    )
    .addHelpText("after", EXAMPLES)
    .action(async (flags: RunFlags) => run(command, [...SERVICES], "tidegauge up", flags));
}

/** `run SERVICE`: one service of the pipeline. */
export function addRun(program: Command): void {
  const command = withRun(program.command("run"))
    .summary("run one service of the pipeline")
    .description(
      "On Kafka any number of processes share the work of a service. On the embedded log one " +
        "process runs services: there this is for testing one alone.",
    )
    .argument("<service>", SERVICES.join(", "))
    .addHelpText("after", "\nExamples:\n  $ tidegauge run detect --config tidegauge.yaml\n")
    .action(async (name: string, flags: RunFlags) => {
      const service = SERVICES.find((known) => known === name);
      if (service === undefined) {
        throw new InvalidArgumentError(`there is no service ${name}: ${SERVICES.join(", ")}.`);
      }
      await run(command, [service], `tidegauge run ${service}`, flags);
    });
}

/** Adds them, with `--config`. */
export function withRun(command: Command): Command {
  return withConfig(command)
    .addOption(
      new Option(
        "--health-port <port>",
        "serve /healthz, /readyz and /metrics; 0 takes a free port",
      ).argParser(parsePort),
    )
    .addOption(
      new Option(
        "--health-host <address>",
        "serve them there; what they say is for whoever runs it, and has no password",
      ).default("127.0.0.1"),
    )
    .addOption(
      new Option("--log-level <level>", "what is written to standard error")
        .choices(LOG_LEVELS)
        .default("info"),
    );
}

async function run(
  command: Command,
  services: readonly Service[],
  who: string,
  flags: RunFlags,
): Promise<void> {
  // Half the program's start is what only a running pipeline needs.
  const { runPipeline } = await import("./pipeline.ts");
  await runPipeline({
    settings: loadSettings(command),
    services,
    who,
    version: versionOfPackage(),
    healthHost: flags.healthHost,
    healthPort: flags.healthPort ?? null,
    logFormat: outputFormat(undefined, process.stderr),
    logLevel: flags.logLevel,
  });
}
