import { Command, Option } from "commander";
import { printable } from "../lib/domain/printable.ts";
import { OUTPUT_FORMATS } from "../lib/process/output.ts";
import { addCheck } from "./check.ts";
import { addExplain } from "./explain.ts";
import { addDeliveries } from "./deliveries.ts";
import { addDemo } from "./demo.ts";
import { addHosts } from "./hosts.ts";
import { addIncidents } from "./incidents.ts";
import { addParse } from "./parse.ts";
import { addReplay } from "./replay.ts";
import { addReprocess } from "./reprocess.ts";
import { addScopes } from "./scopes.ts";
import { addShip } from "./ship.ts";
import { addSilences } from "./silences.ts";
import { addSimulate } from "./simulate.ts";
import { addTopics } from "./topics.ts";
import { addRun, addUp } from "./up.ts";

const EXAMPLES = `
Examples:
  $ tidegauge check
  $ tidegauge scopes preview --hosts fra1-web-001,mail,10.0.0.7
  $ tidegauge simulate ./sim --lines 50k

Exit codes: 0 done, 1 the answer of a check is no, 2 usage, 75 try again, 78 configuration.
Answers go to standard output, everything else to standard error.
`;

/** Every command, in the order of contracts.md section 2. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  addDemo,
  addUp,
  addRun,
  addShip,
  addReplay,
  addParse,
  addExplain,
  addCheck,
  addTopics,
  addIncidents,
  addHosts,
  addScopes,
  addSilences,
  addDeliveries,
  addReprocess,
  addSimulate,
];

/** The command line, ready to parse. Errors are thrown, never exited on: main.ts tells them. */
export function createProgram(version: string): Command {
  const program = new Command("tidegauge")
    .description("Sees a distributed network flood in signals that every server already has.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help with examples")
    .helpCommand(false)
    .addOption(
      new Option("-o, --output <format>", "default: human on a terminal, else json").choices(
        OUTPUT_FORMATS,
      ),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(printable(asUsage(text))) })
    .showHelpAfterError("  see --help for flags and examples")
    .exitOverride()
    .addHelpText("after", EXAMPLES);
  for (const addCommand of COMMANDS) addCommand(program);
  return program;
}

/** Commander says `error: …`; ours are `code: message`. */
function asUsage(text: string): string {
  return text.replace(/^error: /, "usage: ");
}
