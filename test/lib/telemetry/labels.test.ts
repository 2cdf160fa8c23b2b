import { describe, expect, test } from "vitest";
import * as labels from "../../../lib/telemetry/labels.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { DROP_REASONS, REJECT_REASONS } from "../../../services/ingest/core/reading.ts";
import type { IngestEvents } from "../../../services/ingest/events.ts";
import { TROUBLES } from "../../../services/notify/core/answer.ts";
import { SKIP_REASONS } from "../../../services/notify/core/decision.ts";
import type { NotifyEvents } from "../../../services/notify/events.ts";

describe("closed sets of labels are those of the services", () => {
  test.each([
    ["drops of ingest", labels.DROP_REASONS, DROP_REASONS],
    ["rejects of ingest", labels.REJECT_REASONS, REJECT_REASONS],
    ["skips of notify", labels.SKIP_REASONS, SKIP_REASONS],
    ["troubles of notify", labels.DELIVERY_TROUBLES, TROUBLES],
  ])("%s, in their order", (_what, ours, theirs) => {
    expect(ours).toEqual(theirs);
  });

  test("what a service tells, telemetry takes as it is", () => {
    const { events } = new Recorder();
    const ingest: IngestEvents = events.ingest;
    const notify: NotifyEvents = events.notify;
    expect([ingest, notify]).toHaveLength(2);
  });
});
