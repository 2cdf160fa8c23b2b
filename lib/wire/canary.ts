import type { Canary } from "../domain/canary.ts";
import { timeMsFromWire } from "./wire-value.ts";

export function canariesFromWire(wire: readonly Canary[]): Canary[] {
  return wire.map(({ input, sentMs }) => ({ input, sentMs: timeMsFromWire(sentMs) }));
}
