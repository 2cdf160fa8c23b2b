import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsOf } from "../../../cli/settings.ts";
import type { Incident } from "../../../lib/domain/incident.ts";
import { writeConfig } from "../live/up-process.ts";
import { replayedFiles } from "../replayed-files.ts";

/** What `tidegauge replay` makes of lines under rules, without starting a process. */
export async function replayedIncidents(
  lines: readonly string[],
  rules: readonly object[],
): Promise<readonly Incident[]> {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-replayed-"));
  try {
    const file = join(folder, "samples.jsonl");
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    const path = writeConfig(folder, { rules });
    const settings = settingsOf({ path, env: {}, workingDirectory: folder });
    const { incidents } = await replayedFiles(settings, {
      files: [file],
      onReject: (_file, line, reason) => {
        throw new Error(`line ${line} was rejected: ${reason}`);
      },
    });
    return incidents;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
