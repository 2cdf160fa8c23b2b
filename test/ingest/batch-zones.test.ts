import { expect, test } from "vitest";
import { zoneOf } from "../../lib/process/zone.ts";
import { BatchZones } from "../../services/ingest/batch-zones.ts";

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const zones = new BatchZones(new Map([["edge", zoneOf("America/New_York")]]));

test.each([
  ["the one that came with the lines", { input: "edge", zone: "Europe/Berlin" }, -1],
  ["else that of the input of that name", { input: "edge" }, 5],
  ["also where this machine knows no such zone", { input: "edge", zone: "Sea/Bottom" }, 5],
  ["else UTC", { input: "of-a-relay" }, 0],
])("%s", (_what, batch, hours) => {
  expect(zones.of(batch).toUtcMs(NOON_MS)).toBe(NOON_MS + hours * HOUR_MS);
});
