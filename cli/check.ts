import type { Command } from "commander";
import type { Config } from "../lib/config/config.ts";
import { loadInventory } from "../lib/config/inventory.ts";
import { loadConfig } from "../lib/config/load.ts";
import { describeProblem, type Problem } from "../lib/config/problem.ts";
import { findWarnings, type Warning } from "../lib/config/warnings.ts";
import type { Inventory } from "../lib/domain/inventory.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { loadSchemas } from "../lib/wire/schema.ts";
import { findSchemaFaults } from "../lib/wire/schema-check.ts";
import { formatOf, withConfig } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge check
  $ tidegauge check --offline --config /etc/tidegauge/tidegauge.yaml
  $ tidegauge check --output json | grep '"type":"problem"'

Exit code 0 when all is well, 1 when there is a problem. Warnings alone are well.
`;

interface Checked {
  readonly file: string | null;
  readonly config: Config | null;
  readonly inventory: Inventory;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** `check [--offline]`: configuration, rules, inventory and schemas, all problems at once. */
export function addCheck(program: Command): void {
  const command = withConfig(program.command("check"))
    .summary("say everything that is wrong with the configuration, at once")
    .description(
      "Checks the configuration with its rules, the inventory and the wire schemas, and says all " +
        "problems at once, each with its place, its value and its remedy.",
    )
    .option("--offline", "reach for nothing outside this machine; this version never does", false)
    .addHelpText("after", EXAMPLES)
    .action(() => {
      const checked = check(command.optsWithGlobals<{ config?: string }>().config);
      print(checked, new Answer(formatOf(command)));
      if (checked.problems.length > 0) process.exitCode = EXIT_CODES.no;
    });
}

function check(path: string | undefined): Checked {
  const loaded = loadConfig({ path, env: process.env, workingDirectory: process.cwd() });
  const { config, file } = loaded;
  const { inventory, problems } = loadInventory(loaded.inventorySource);
  const all = [...loaded.problems, ...problems, ...schemaProblems()];
  const warnings = config === null ? [] : findWarnings(config, inventory);
  return { file, config, inventory, problems: all, warnings };
}

/** Only a damaged or mixed installation has any. */
function schemaProblems(): Problem[] {
  const remedy = "install tidegauge again";
  return findSchemaFaults(loadSchemas()).map((problem) => {
    return { source: "schemas", line: null, path: "", value: null, problem, remedy };
  });
}

function print({ file, config, inventory, problems, warnings }: Checked, answer: Answer): void {
  for (const problem of problems) {
    answer.write({ type: "problem", ...problem }, `problem: ${describeProblem(problem)}`);
  }
  for (const warning of warnings) {
    const text = `warning: ${warning.path}: ${warning.warning}\n  ${warning.remedy}`;
    answer.write({ type: "warning", ...warning }, text);
  }
  const counts = {
    inputs: config?.inputs.length ?? null,
    rules: config?.rules.length ?? null,
    scopes: config?.scopes.length ?? null,
    sinks: config?.sinks.length ?? null,
    inventoryHosts: config === null ? null : inventory.hosts.length,
  };
  const ok = problems.length === 0;
  answer.write(
    { type: "result", ok, file, problems: problems.length, warnings: warnings.length, ...counts },
    `${file ?? "no tidegauge.yaml, so the defaults"}: ${verdictOf(problems, warnings, counts)}`,
  );
}

function verdictOf(
  problems: readonly Problem[],
  warnings: readonly Warning[],
  counts: Readonly<Record<string, number | null>>,
): string {
  const warned = warnings.length === 0 ? "" : `, ${plural(warnings.length, "warning")}`;
  if (problems.length > 0) return `${plural(problems.length, "problem")}${warned}`;
  const parts = ["input", "rule", "scope", "sink"].map((what) =>
    plural(counts[`${what}s`] ?? 0, what),
  );
  const hosts = counts["inventoryHosts"] ?? 0;
  if (hosts > 0) parts.push(`${plural(hosts, "host")} in the inventory`);
  return `ok${warned} (${parts.join(", ")})`;
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}
