import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { searchPath } from "../../lib/config/load.ts";
import { DATABASE_FILE } from "../../lib/stream/embedded-database.ts";
import { DEMO_CONFIG } from "../demo-folder.ts";
import { loadSettings, settingsOf, type Settings } from "../settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of a command that looks into a log. Where nothing is configured and no log lies in
 * its usual place, but a demo was run here, that demo's: then the log is told on standard error.
 */
export function loadGuestSettings(command: Command): Settings {
  const { config } = command.optsWithGlobals<{ config?: string }>();
  const workingDirectory = process.cwd();
  if (config !== undefined || !readsDemoByDefault(workingDirectory, process.env)) {
    return loadSettings(command);
  }
  process.stderr.write(`no tidegauge.yaml here: this is the demo of ${DEMO_CONFIG}\n`);
  return settingsOf({ path: DEMO_CONFIG, env: {}, workingDirectory });
}

export function readsDemoByDefault(workingDirectory: string, env: Environment): boolean {
  if (Object.keys(env).some((name) => name.startsWith("TIDEGAUGE_"))) return false;
  if (searchPath(workingDirectory).some((path) => existsSync(path))) return false;
  if (existsSync(join(workingDirectory, "data", DATABASE_FILE))) return false;
  return existsSync(join(workingDirectory, DEMO_CONFIG));
}
