import { expect, it } from "vitest";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { GAUGES } from "../../../lib/domain/gauge.ts";
import { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";
import { HostStage } from "../../../services/detect/host/host-stage.ts";
import { SourceClock } from "../../../services/detect/host/source-clock.ts";
import { NO_TRACK } from "../../../services/detect/host/track-cells.ts";
import {
  encodeHostState,
  type HostStateParts,
  restoreHostState,
} from "../../../services/detect/state/host-state.ts";

const BASE = 1_795_164_000;
const HOSTS = 9_000;

it("a host stage comes back with its hosts, their cells and its clock, in turns", async () => {
  const before = emptyParts();
  const batch = new FactBatch(HOSTS);
  for (let host = 0; host < HOSTS; host++) {
    const realm = host % 3 === 0 ? "dmz" : "";
    batch.host[host] = before.directory.idOf(realm, `fra1-web-${host}`);
    batch.gauge[host] = host % 7 === 0 ? -1 : host % 2;
    batch.timeMs[host] = (BASE + (host % 600)) * 1_000;
    batch.offered[host] = 2 ** 31 + host;
    batch.suppressed[host] = host % 5;
  }
  batch.length = HOSTS;
  before.stage.fold(batch, 0, HOSTS);
  before.clock.tick("lines/0", BASE * 1_000, BASE * 1_000);

  const after = emptyParts();
  await restoreHostState(await encodeHostState(before), after);
  expect(cellsOf(after)).toEqual(cellsOf(before));
  expect(after.stage.hosts).toBe(HOSTS);
  expect(after.clock.logTimeMs).toBe(BASE * 1_000);
  expect(after.clock.states()).toEqual(before.clock.states());
});

function emptyParts(): HostStateParts {
  const directory = new HostDirectory();
  const stage = new HostStage({
    covers: [],
    scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
    directory,
    owns: null,
    hostRuleMask: 0,
    keptMask: (1 << GAUGES.length) - 1,
    withinSecondsMax: 60,
    cellsMax: 1 << 16,
    evidenceSlots: 1 << 10,
  });
  return { stage, directory, clock: new SourceClock(10) };
}

function cellsOf({ stage, directory }: HostStateParts): string[] {
  const cells: string[] = [];
  for (let host = 0; host < stage.hosts; host++) {
    const label = directory.labelOf(stage.directoryId(host));
    const own: string[] = [];
    for (let track = stage.firstTrack(host); track !== NO_TRACK; track = stage.tracks.next(track)) {
      stage.tracks.visitWhile(track, (...cell) => {
        own.push(`${label} ${stage.tracks.gauge(track)} ${cell.join(" ")}`);
        return true;
      });
    }
    // In which order a host's gauges are kept says nothing.
    cells.push(label, ...own.sort());
  }
  return cells;
}
