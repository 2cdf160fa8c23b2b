import { GAUGES } from "../../../lib/domain/gauge.ts";
import { HostDirectory } from "../../../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../../../lib/domain/inventory.ts";
import { DEFAULT_SCOPES } from "../../../lib/domain/scope.ts";
import { createScoping } from "../../../lib/domain/scoping.ts";
import type { Cover } from "../../../services/detect/host/cover.ts";
import { HostStage } from "../../../services/detect/host/host-stage.ts";

const ALL = (1 << GAUGES.length) - 1;

/** A host stage that keeps every gauge, over the default scopes, as on the log. */
export function newStage(covers: readonly Cover[], withinSecondsMax: number) {
  const directory = new HostDirectory();
  const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
  const stage = new HostStage({
    covers,
    scoping,
    directory,
    owns: null,
    hostRuleMask: ALL,
    keptMask: ALL,
    withinSecondsMax,
    cellsMax: 1 << 16,
    evidenceSlots: 1 << 10,
  });
  return { stage, directory, scoping };
}
