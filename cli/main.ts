import { CommanderError } from "commander";
import { printable } from "../lib/domain/printable.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { quietOnClosedPipe } from "../lib/process/output.ts";
import { versionOfPackage } from "../lib/process/package-root.ts";
import { reportOf } from "../lib/process/trouble.ts";
import { createProgram } from "./program.ts";

/** Starts the command line; bin/tidegauge.js imports this. */
async function main(): Promise<void> {
  quietOnClosedPipe();
  try {
    await createProgram(versionOfPackage()).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has told it; what is wrong with the arguments is 2 here, and 1 there.
      const isUsage = error.exitCode !== 0 && error.code.startsWith("commander.");
      process.exitCode = isUsage ? EXIT_CODES.usage : error.exitCode;
      return;
    }
    const { text, exitCode } = reportOf(error);
    process.stderr.write(`${printable(text)}\n`);
    process.exitCode = exitCode;
  }
}

await main();
