import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { printable } from "../lib/domain/printable.ts";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import type { OutputFormat } from "../lib/process/output.ts";
import { versionOfPackage } from "../lib/process/package-root.ts";
import type { Part } from "../lib/process/parts.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { DemoScript } from "../sim/demo/script.ts";
import { SyslogFleet } from "../sim/demo/syslog-fleet.ts";
import { DEMO_CONFIG, DEMO_FOLDER, prepareDemoFolder, writeDemoConfig } from "./demo-folder.ts";
import { openingText, sceneText, tryText } from "./demo-words.ts";
import { freePort } from "./free-port.ts";
import { readsDemoByDefault } from "./guest/guest-settings.ts";
import { parsePort } from "./input-flags.ts";
import { SERVICES } from "./services.ts";
import { settingsOf } from "./settings.ts";
import type { Delivered } from "./telling-notify-events.ts";

const EXAMPLES = `
Examples:
  $ tidegauge demo
  $ tidegauge demo --exit-after-incident
`;

const PORT_DEFAULT = 5514;
const SEED = 20_261_120;

/** On the slowest machine that is supported. */
const FIRST_INCIDENT_WITHIN_MS = 60_000;

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
  const { fleet } = script;
  const fleetPart = new SyslogFleet({
    clock: wallClock,
    script,
    port,
    onScene: (scene) => tell(sceneText(fleet, scene, secondsUp())),
  });
  const first = new FirstIncident(flags.exitAfterIncident, (id) => {
    if (flags.exitAfterIncident) return;
    const nowSecond = Math.floor(wallClock.nowMs() / 1_000);
    tell(tryText(id, fleet.sites[0]!, port, invocation, nowSecond));
  });
  tell(openingText(fleet, port, DEMO_FOLDER));
  const { runPipeline } = await import("./pipeline.ts");
  await runPipeline({
    settings,
    services: [...SERVICES],
    who: "tidegauge demo",
    version: versionOfPackage(),
    healthPort: null,
    logFormat: "human",
    logLevel: "error",
    extraParts: [first, fleetPart],
    onDelivered: first.delivered,
    stop: first.over,
  });
  if (!flags.exitAfterIncident) tell(`The demo has ended. Its log stays in ${DEMO_FOLDER}.`);
}

/** Waits for the first incident: tells how long it took, and may end the demo with it. */
class FirstIncident implements Part {
  readonly name = "first incident";
  readonly #isLast: boolean;
  readonly #seen: (id: string) => void;
  readonly #over = new AbortController();
  #cancel: () => void = () => {};
  #isSeen = false;

  constructor(isLast: boolean, seen: (id: string) => void) {
    this.#isLast = isLast;
    this.#seen = seen;
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  readonly delivered: Delivered = ({ incidentId }) => {
    if (this.#isSeen) return;
    this.#isSeen = true;
    this.#cancel();
    tell(`First incident after ${secondsUp()} s.\n`);
    this.#seen(incidentId);
    if (this.#isLast) this.#over.abort();
  };

  start({ died }: { readonly died: (reason: unknown) => void }): void {
    if (!this.#isLast) return;
    this.#cancel = wallClock.after(FIRST_INCIDENT_WITHIN_MS, () => died(noIncident()));
  }

  stop(): void {
    this.#cancel();
  }
}

function noIncident(): Trouble {
  const seconds = FIRST_INCIDENT_WITHIN_MS / 1_000;
  const what = `no incident within ${seconds} s, though the fleet was flooded`;
  return new Trouble("demo_no_incident", what, "please report it, with what stands above");
}

/** Since the process was started, not since it was ready. */
function secondsUp(): number {
  return Math.round(process.uptime());
}

function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

function invocation(command: string): string {
  const where = readsDemoByDefault(process.cwd(), process.env) ? "" : ` --config ${DEMO_CONFIG}`;
  return `npx tidegauge ${command}${where}`;
}
