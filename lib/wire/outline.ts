import type { Outline } from "../domain/outline.ts";
import type { Mapping } from "./wire-value.ts";
import { atLeast } from "./wire-value.ts";

interface WireOutline extends Omit<Outline, "scope"> {
  readonly scopeName: string;
  readonly scopeValue: string;
}

export const outlineMapping: Mapping<Outline> = {
  toWire(outline): WireOutline {
    const { scope, ...rest } = outline;
    return { ...rest, scopeName: scope.name, scopeValue: scope.value };
  },
  fromWire: (wire: WireOutline): Outline => ({
    rule: wire.rule,
    scope: { name: wire.scopeName, value: wire.scopeValue },
    id: wire.id,
    startedAt: atLeast(0, wire.startedAt, "startedAt"),
    lastSeenAt: atLeast(wire.startedAt, wire.lastSeenAt, "lastSeenAt"),
    isLiving: wire.isLiving,
    partition: atLeast(0, wire.partition, "partition"),
    revision: atLeast(0, wire.revision, "revision"),
  }),
};
