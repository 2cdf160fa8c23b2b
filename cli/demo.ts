import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import { versionOfPackage } from "../lib/process/package-root.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { DemoScript } from "../sim/demo/script.ts";
import { SyslogFleet } from "../sim/demo/syslog-fleet.ts";
import { DEMO_FOLDER, prepareDemoFolder, writeDemoConfig } from "./demo-folder.ts";
import { DemoTeller } from "./demo-teller.ts";
import { freePort } from "./free-port.ts";
import { parsePort } from "./input-flags.ts";
import { SERVICES } from "./services.ts";
import { settingsOf } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge demo
  $ tidegauge demo --exit-after-incident
`;

const PORT_DEFAULT = 5514;
const SEED = 20_261_120;

interface DemoFlags {
  readonly port: number;
  readonly exitAfterIncident: boolean;
}

/** `demo`: the whole pipeline on this machine, with a made-up fleet; `npm start` is this. */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .summary("see it work: the whole pipeline with a made-up fleet")
    .description(
      `Runs everything on a log in ./${DEMO_FOLDER}, emptied at the start, and lets a made-up ` +
        "fleet ship syslog to it over loopback. Incidents go to standard output, what happens " +
        "is told on standard error. Ctrl-C ends it.",
    )
    .addOption(
      new Option("--port <port>", "listen here on 127.0.0.1; a free port where it is taken")
        .argParser(parsePort)
        .default(PORT_DEFAULT),
    )
    .option("--exit-after-incident", "end after the first incident, or fail after a minute", false)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: DemoFlags) => {
      const { output } = command.optsWithGlobals<{ output?: OutputFormat }>();
      await runDemo(flags, output ?? "human");
    });
}

async function runDemo(flags: DemoFlags, format: OutputFormat): Promise<void> {
  const folder = resolve(DEMO_FOLDER);
  prepareDemoFolder(folder);
  const port = await freePort(flags.port);
  if (port === null) {
    const remedy = "close what listens on loopback, then try again";
    throw new Trouble("no_free_port", "no port is free on 127.0.0.1", remedy, EXIT_CODES.tryAgain);
  }
  const path = writeDemoConfig(folder, port, format);
  const settings = settingsOf({ path, env: {}, workingDirectory: process.cwd() });
  const script = new DemoScript(SEED, Math.floor(wallClock.nowMs() / 1_000));
  const teller = new DemoTeller({ fleet: script.fleet, port, endsWithIt: flags.exitAfterIncident });
  const fleet = new SyslogFleet({ clock: wallClock, script, port, onScene: teller.begun });
  const { runPipeline } = await import("./pipeline.ts");
  await runPipeline({
    settings,
    services: [...SERVICES],
    who: "tidegauge demo",
    version: versionOfPackage(),
    healthPort: null,
    logFormat: "human",
    logLevel: "error",
    extraParts: [teller, fleet],
    onDelivered: teller.delivered,
    stop: teller.over,
  });
  teller.end();
}
