import { Option, type Command } from "commander";
import { identityRulesOf, loadInventory } from "../lib/config/inventory.ts";
import { type ConfigRequest, loadConfig } from "../lib/config/load.ts";
import type { Config } from "../lib/config/config.ts";
import { describeProblem, type Problem } from "../lib/config/problem.ts";
import { rulesOf } from "../lib/config/rule-pack.ts";
import type { IdentityRules } from "../lib/domain/host-identity.ts";
import type { Inventory } from "../lib/domain/inventory.ts";
import type { Rule } from "../lib/domain/rule.ts";
import { createScoping, type Scoping } from "../lib/domain/scoping.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { outputFormat, type OutputFormat } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";

/** A checked configuration with everything that is made of it. */
export interface Settings {
  readonly config: Config;
  /** Null where there is no file and the defaults apply. */
  readonly file: string | null;
  readonly inventory: Inventory;
  readonly rules: readonly Rule[];
  readonly scoping: Scoping;
  readonly identityRules: (realm: string) => IdentityRules;
}

/** Adds `--config`. */
export function withConfig(command: Command): Command {
  return command.addOption(
    new Option(
      "--config <file>",
      "configuration; else tidegauge.yaml here, in /usr/local/etc/tidegauge or /etc/tidegauge",
    ),
  );
}

/** `-o` of the program, or what fits where standard output goes. */
export function formatOf(command: Command): OutputFormat {
  return outputFormat(command.optsWithGlobals<{ output?: OutputFormat }>().output);
}

/** The settings of a command that has `--config`; trouble with exit code 78 where they are bad. */
export function loadSettings(command: Command): Settings {
  const { config: path } = command.optsWithGlobals<{ config?: string }>();
  return settingsOf({ path, env: process.env, workingDirectory: process.cwd() });
}

/** The same for a configuration that is asked for without a command line. */
export function settingsOf(request: ConfigRequest): Settings {
  const loaded = loadConfig(request);
  const { inventory, problems } = loadInventory(loaded.inventorySource);
  if (loaded.config === null || problems.length > 0) {
    throw badConfiguration([...loaded.problems, ...problems]);
  }
  return {
    config: loaded.config,
    file: loaded.file,
    inventory,
    rules: rulesOf(loaded.config),
    scoping: createScoping(loaded.config.scopes, inventory),
    identityRules: identityRulesOf(loaded.config, inventory),
  };
}

function badConfiguration(problems: readonly Problem[]): Trouble {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map((problem) => describeProblem(problem));
  return new Trouble(
    "config_invalid",
    `the configuration has ${count}\n${lines.join("\n")}`,
    `mend ${problems.length === 1 ? "it" : "them"}, then see \`tidegauge check\``,
    EXIT_CODES.configuration,
  );
}
