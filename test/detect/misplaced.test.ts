import { describe, expect, it } from "vitest";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Log, OffsetRange } from "../../lib/stream/stream.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { hostRecordKey, scopeRecordKey } from "../../lib/wire/record-key.ts";
import { topicPath } from "../../lib/wire/topics.ts";
import { WATCHED, SITE_RULE } from "../../sim/live/watched.ts";
import { codec } from "../../sim/live/wiring.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { HostStep } from "../../services/detect/host-step.ts";
import { ScopeStep } from "../../services/detect/scope-step.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";

const EMPTY: Pick<Log, "offsets"> = {
  offsets: async (topic): Promise<readonly OffsetRange[]> =>
    [0, 1, 2, 3].map((partition) => ({ topic, partition, startOffset: 0, endOffset: 0 })),
};
const COUNT = 3;
const options = {
  ...WATCHED,
  rules: [SITE_RULE],
  codec,
  events: SILENT_EVENTS,
  path: topicPath,
  log: EMPTY as Log,
  partitionsOf: () => COUNT,
};

/** What a record says where it lies in that partition. */
async function fold(
  step: HostStep | ScopeStep,
  name: "observations" | "tallies",
  partition: number,
  value: Uint8Array,
) {
  const at = { topic: topicPath(name), partition };
  await step.assigned([at]);
  const record = { offset: 0, arrivalMs: 1_795_163_401_000, key: null, value, headers: {} };
  const batch = { ...at, records: [record], nextOffset: 1, endOffset: 1 };
  return step.handle({ type: "records", ...batch });
}

describe("a partition count that was changed under living state", () => {
  const refusal = { code: "topic_mismatch", exitCode: 78 };

  it("is found out by a host that stands in two places", async () => {
    const batch = MESSAGE_SAMPLES["observation-batch"];
    const { realm, name } = batch.hosts[0]!;
    const own = partitionOf(hostRecordKey(realm, name), COUNT);
    const value = encodeMessage(codec, "observation-batch", batch);
    await expect(fold(new HostStep(options), "observations", own, value)).resolves.toBeDefined();
    const other = (own + 1) % COUNT;
    const folding = fold(new HostStep(options), "observations", other, value);
    await expect(folding).rejects.toMatchObject(refusal);
  });

  it("is found out by a scope that is counted in two places", async () => {
    const { tally } = MESSAGE_SAMPLES;
    const own = partitionOf(scopeRecordKey(tally.scope), COUNT);
    const value = encodeMessage(codec, "tally", tally);
    await expect(fold(new ScopeStep(options), "tallies", own, value)).resolves.toBeDefined();
    const other = (own + 1) % COUNT;
    await expect(fold(new ScopeStep(options), "tallies", other, value)).rejects.toMatchObject(
      refusal,
    );
  });

  it("is found out by a partition that was not there at the start", async () => {
    const at = { topic: topicPath("observations"), partition: COUNT };
    await expect(new HostStep(options).assigned([at])).rejects.toMatchObject(refusal);
  });
});
