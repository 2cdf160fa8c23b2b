import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsOf } from "../../../cli/settings.ts";
import type { Incident } from "../../../lib/domain/incident.ts";
import { utcZone } from "../../../lib/domain/zone.ts";
import { openReplay } from "../../../offline/open-replay.ts";
import { replay } from "../../../offline/replay.ts";
import { writeConfig } from "../live/up-process.ts";

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
    const incidents: Incident[] = [];
    const { inputs, detector } = openReplay({
      ...settings,
      files: [file],
      format: "auto",
      realm: "",
      originHost: null,
      zone: utcZone,
      referenceMs: null,
      nowMs: 0,
      retainSeconds: settings.config.time.retainSeconds,
      partitions: 1,
      revisions: false,
      onReject: (_file, line, reason) => {
        throw new Error(`line ${line} was rejected: ${reason}`);
      },
      take: (incident) => incidents.push(incident),
    });
    await replay({ sources: inputs.map(({ lines }) => lines), detector, tickSeconds: 60 });
    return incidents;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
