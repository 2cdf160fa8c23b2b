import { GAUGES } from "../domain/gauge.ts";
import type { Participant } from "../domain/tally.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, WireValueError } from "./wire-value.ts";

interface WireParticipant extends Omit<Participant, "scope" | "gauge"> {
  readonly scopeName: string;
  readonly scopeValue: string;
  readonly gauge: number;
}

export const participantMapping: Mapping<Participant> = {
  toWire(participant): WireParticipant {
    const { scope, gauge, ...rest } = participant;
    return {
      ...rest,
      scopeName: scope.name,
      scopeValue: scope.value,
      gauge: GAUGES.indexOf(gauge),
    };
  },
  fromWire(wire: WireParticipant): Participant {
    const gauge = GAUGES[wire.gauge];
    if (gauge === undefined) throw new WireValueError(`gauge ${wire.gauge}`);
    return {
      ruleHash: wire.ruleHash,
      scope: { name: wire.scopeName, value: wire.scopeValue },
      partition: atLeast(0, wire.partition, "partition"),
      realm: wire.realm,
      host: wire.host,
      gauge,
      fromSecond: atLeast(0, wire.fromSecond, "fromSecond"),
      toSecond: wire.toSecond,
      offeredPeak: wire.offeredPeak,
      offeredPeakSecond: wire.offeredPeakSecond,
      suppressed: wire.suppressed,
      text: wire.text,
      at: wire.at,
      isOverProven: wire.isOverProven,
      revision: atLeast(0, wire.revision, "revision"),
    };
  },
};
