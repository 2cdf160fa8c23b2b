import type { Incident } from "../lib/domain/incident.ts";
import { assert } from "../lib/domain/assert.ts";
import { utcZone } from "../lib/domain/zone.ts";
import { settingsOf } from "../cli/settings.ts";
import { openReplay } from "../offline/open-replay.ts";
import { replay } from "../offline/replay.ts";
import { scoreReport } from "../sim/score-report.ts";
import { score } from "../sim/score.ts";
import type { Simulated } from "../sim/simulate.ts";

/** `tidegauge replay` of a simulated log in this process, and its incidents against the truth. */
export async function replayOnce({ logs, truth, configurationFile }: Simulated): Promise<void> {
  const settings = settingsOf({ path: configurationFile, env: {}, workingDirectory: "." });
  const incidents: Incident[] = [];
  const { inputs, detector } = openReplay({
    ...settings,
    files: logs,
    format: "auto",
    realm: "",
    originHost: null,
    zone: utcZone,
    referenceMs: null,
    nowMs: 0,
    retainSeconds: settings.config.time.retainSeconds,
    partitions: 1,
    revisions: false,
    onReject: (file, line) => assert(false, `${file}#${line} is no line of the simulator's`),
    take: (incident) => incidents.push(incident),
  });
  const sources = inputs.map(({ lines }) => lines);
  await replay({ sources, detector, tickSeconds: 60 });
  const verdict = score(truth, incidents);
  assert(verdict.exact, scoreReport(verdict));
}
