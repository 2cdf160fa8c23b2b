import { describe, expect, test } from "vitest";
import * as labels from "../../../lib/telemetry/labels.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { DROP_REASONS, REJECT_REASONS } from "../../../services/ingest/core/reading.ts";
import type { IngestEvents } from "../../../services/ingest/events.ts";
import { DELIVERY_FAULTS } from "../../../services/notify/core/answer.ts";
import { SKIP_REASONS } from "../../../services/notify/core/decision.ts";
import type { Events as NotifyEvents } from "../../../services/notify/events.ts";
import { SAMPLE_FAULTS } from "../../../services/ship/core/host-counters.ts";
import type { ShipEvents } from "../../../services/ship/events.ts";

describe("closed sets of labels are those of the services", () => {
  test.each([
    ["drops of ingest", labels.DROP_REASONS, DROP_REASONS],
    ["rejects of ingest", labels.REJECT_REASONS, REJECT_REASONS],
    ["skips of notify", labels.SKIP_REASONS, SKIP_REASONS],
    ["faults of ship's samples", labels.SAMPLE_FAULTS, SAMPLE_FAULTS],
    ["faults of notify", labels.DELIVERY_FAULTS, DELIVERY_FAULTS],
  ])("%s, in their order", (_what, ours, theirs) => {
    expect(ours).toEqual(theirs);
  });

  test("what a service tells, telemetry takes as it is", () => {
    const { events } = new Recorder();
    const ingest: IngestEvents = events.ingest;
    const notify: NotifyEvents = events;
    const ship: ShipEvents = events.ship;
    expect([ingest, notify, ship]).toHaveLength(3);
  });
});
