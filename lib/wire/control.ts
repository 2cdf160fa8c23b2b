import type { Control } from "../domain/control.ts";
import type { Mapping } from "./wire-value.ts";
import { timeMsFromWire } from "./wire-value.ts";

export const controlMapping: Mapping<Control> = {
  toWire: (control) => control,
  fromWire: (wire: Control): Control => ({
    id: wire.id,
    type: wire.type,
    author: wire.author,
    reason: wire.reason,
    writtenAtMs: timeMsFromWire(wire.writtenAtMs),
    fromMs: timeMsFromWire(wire.fromMs),
    untilMs: wire.untilMs === null ? null : timeMsFromWire(wire.untilMs),
    incidentId: wire.incidentId,
    scope: wire.scope === null ? null : { ...wire.scope },
    verdict: wire.verdict,
    matchers: wire.matchers.map((matcher) => ({ ...matcher })),
  }),
};
