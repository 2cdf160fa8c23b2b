import type { Settings } from "../../cli/settings.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { type OpenReplay, openReplay, type ReplayRequest } from "../../offline/open-replay.ts";
import { replay } from "../../offline/replay.ts";

/** What a replay needs to be told, and what differs from `tidegauge replay` without flags. */
type Asked = Pick<ReplayRequest, "files" | "onReject"> & Partial<ReplayRequest>;

interface Replayed extends Pick<OpenReplay, "inputs"> {
  readonly incidents: readonly Incident[];
}

/** `tidegauge replay` of files in this process. */
export async function replayedFiles(settings: Settings, asked: Asked): Promise<Replayed> {
  const incidents: Incident[] = [];
  const { inputs, detector } = openReplay({
    ...settings,
    format: "auto",
    realm: "",
    originHost: null,
    zone: utcZone,
    referenceMs: null,
    nowMs: 0,
    retainSeconds: settings.config.time.retainSeconds,
    partitions: 1,
    revisions: false,
    take: (incident) => incidents.push(incident),
    ...asked,
  });
  await replay({ sources: inputs.map(({ lines }) => lines), detector, tickSeconds: 60 });
  return { inputs, incidents };
}
