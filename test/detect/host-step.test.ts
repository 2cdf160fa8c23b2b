import { expect, it } from "vitest";
import type { NamedCount } from "../../lib/domain/named-number.ts";
import { KINDS } from "../../lib/domain/observation.ts";
import type { Log } from "../../lib/stream/stream.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { topicPath } from "../../lib/wire/topics.ts";
import { type Loss, SILENT_EVENTS } from "../../services/detect/events.ts";
import { HostStep } from "../../services/detect/host-step.ts";
import { ObservationColumns } from "../../services/ingest/core/observation-columns.ts";
import { SITE_RULE, WATCHED } from "../../sim/live/watched.ts";
import { codec } from "../../sim/live/wiring.ts";

const START = 1_795_163_400;
const AT = { topic: topicPath("observations"), partition: 0 };

/** Samples of one host at these seconds, and a tick that says how far everything was read. */
function sampledAt(seconds: readonly number[], tickSecond: number): Uint8Array {
  const columns = new ObservationColumns();
  const counters: NamedCount[] = [{ name: "Tcp.OutRsts", value: 5 }];
  const reading = { boot: "8c1f", os: "linux", sampler: "counters", uptimeSeconds: 9_000 };
  const nothing = { gauge: -1, offered: 0, allowed: 0, suppressed: 0, count: 0, text: null };
  for (const second of seconds) {
    const row = { timeMs: (START + second) * 1_000, timeSource: 0, trust: 1, line: 1, ...nothing };
    const host = { realm: "", name: "fra1-web-001" };
    columns.add(
      0,
      () => host,
      { place: "samples/0@0", arrivalMs: START * 1_000 },
      {
        ...row,
        kind: KINDS.indexOf("sample"),
        reading: { ...reading, counters, gauges: [], posture: [] },
      },
    );
  }
  const ticks = [{ source: "samples/0", arrivalMs: (START + tickSecond) * 1_000 }];
  return encodeMessage(codec, "observation-batch", columns.finish(ticks));
}

it("tells of facts that changed nothing, each time those that are new", async () => {
  const lost: [Loss, number][] = [];
  const step = new HostStep({
    ...WATCHED,
    rules: [SITE_RULE],
    codec,
    events: {
      ...SILENT_EVENTS,
      observationsLost: (reason, count) => void lost.push([reason, count]),
    },
    path: topicPath,
    log: { offsets: async () => [{ ...AT, startOffset: 0, endOffset: 0 }] } as unknown as Log,
    partitionsOf: () => 1,
  });
  await step.assigned([AT]);
  let offset = 0;
  const fold = (value: Uint8Array) => {
    const record = { offset, arrivalMs: (START + 100) * 1_000, key: null, value, headers: {} };
    offset += 1;
    const ends = { nextOffset: offset, endOffset: offset };
    return step.handle({ type: "records", ...AT, records: [record], ...ends });
  };
  await fold(sampledAt([20, 21, 22, 23, 24, 25, 26, 27], 30));
  expect(lost).toEqual([]);
  // Before the last eight, twice; then one that fits in between; then one more.
  await fold(sampledAt([1, 2], 31));
  await fold(sampledAt([28], 32));
  await fold(sampledAt([3], 33));
  expect(lost).toEqual([
    ["late_sample", 2],
    ["late_sample", 1],
  ]);
});
