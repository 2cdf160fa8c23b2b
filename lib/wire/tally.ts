import type { Tally } from "../domain/tally.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast, columnToWire, requireParallel, WireValueError } from "./wire-value.ts";

interface WireTally extends Omit<Tally, "scope"> {
  readonly scopeName: string;
  readonly scopeValue: string;
}

export const tallyMapping: Mapping<Tally> = {
  toWire: (tally): WireTally => ({
    ruleHash: tally.ruleHash,
    scopeName: tally.scope.name,
    scopeValue: tally.scope.value,
    partition: tally.partition,
    revision: tally.revision,
    baseSecond: tally.baseSecond,
    seconds: columnToWire(tally.seconds),
    changes: columnToWire(tally.changes),
    offered: columnToWire(tally.offered),
    suppressed: columnToWire(tally.suppressed),
    hostsSeen: tally.hostsSeen,
    hostsSampled: tally.hostsSampled,
    blind: columnToWire(tally.blind),
    hostsSilent: tally.hostsSilent,
    silent: tally.silent,
    silentSince: columnToWire(tally.silentSince),
    lateFacts: tally.lateFacts,
  }),
  fromWire(wire: WireTally): Tally {
    const { seconds, changes, offered, suppressed, silent, silentSince } = wire;
    requireParallel({ seconds, changes, offered, suppressed });
    requireParallel({ silent, silentSince });
    requireAscending(seconds);
    return {
      ruleHash: wire.ruleHash,
      scope: { name: wire.scopeName, value: wire.scopeValue },
      partition: atLeast(0, wire.partition, "partition"),
      revision: atLeast(0, wire.revision, "revision"),
      baseSecond: atLeast(0, wire.baseSecond, "baseSecond"),
      seconds,
      changes,
      offered,
      suppressed,
      hostsSeen: atLeast(0, wire.hostsSeen, "hostsSeen"),
      hostsSampled: atLeast(0, wire.hostsSampled, "hostsSampled"),
      blind: wire.blind,
      hostsSilent: atLeast(0, wire.hostsSilent, "hostsSilent"),
      silent,
      silentSince,
      lateFacts: atLeast(0, wire.lateFacts, "lateFacts"),
    };
  },
};

function requireAscending(seconds: ArrayLike<number>): void {
  for (let i = 1; i < seconds.length; i++) {
    if (!(seconds[i]! > seconds[i - 1]!)) throw new WireValueError("seconds do not ascend");
  }
}
