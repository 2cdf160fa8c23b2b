import { assert } from "../lib/domain/assert.ts";
import { settingsOf } from "../cli/settings.ts";
import { scoreReport } from "../sim/score-report.ts";
import { score } from "../sim/score.ts";
import type { Simulated } from "../sim/simulate.ts";
import { replayedFiles } from "../test/support/replayed-files.ts";

/** `tidegauge replay` of a simulated log in this process, and its incidents against the truth. */
export async function replayOnce({ logs, truth, configurationFile }: Simulated): Promise<void> {
  const settings = settingsOf({ path: configurationFile, env: {}, workingDirectory: "." });
  const { incidents } = await replayedFiles(settings, {
    files: logs,
    onReject: (file, line) => assert(false, `${file}#${line} is no line of the simulator's`),
  });
  const verdict = score(truth, incidents);
  assert(verdict.exact, scoreReport(verdict));
}
