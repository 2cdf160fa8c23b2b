import { expect, test } from "vitest";
import { MESSAGE_NAMES } from "../../../lib/wire/schema.ts";
import { topicPath, TOPICS } from "../../../lib/wire/topics.ts";
import { MESSAGE_SAMPLES } from "./message-samples.ts";
import {
  deliveryRecordKey,
  hostRecordKey,
  scopeRecordKey,
  snapshotRecordKey,
} from "../../../lib/wire/record-key.ts";

const DAY_MS = 86_400_000;

test("every message has exactly one topic; controls are relayed into the tallies too", () => {
  const messages = Object.values(TOPICS).flatMap((topic) => topic.messages);
  expect([...messages].sort()).toEqual([...MESSAGE_NAMES, "control"].sort());
});

test("the table is the contract's", () => {
  const table = Object.values(TOPICS).map(({ name, key, cleanup }) => {
    const kept = cleanup.retentionMs === null ? "always" : `${cleanup.retentionMs / DAY_MS} d`;
    return `${name} ${key} ${cleanup.policy} ${cleanup.compactAfterMs / DAY_MS} ${kept}`;
  });
  expect(table).toEqual([
    "lines host_or_none delete 0 7 d",
    "samples host delete 0 7 d",
    "observations host delete 0 7 d",
    "tallies scope delete 0 7 d",
    "incidents incident compact,delete 7 400 d",
    "controls control compact 0 always",
    "deliveries delivery compact 7 always",
    "history incident delete 0 400 d",
    "rejected none delete 0 30 d",
    "snapshots snapshot compact 0 always",
  ]);
});

test("the log stamps every record, and every record fits a broker's default", () => {
  for (const topic of Object.values(TOPICS)) {
    expect(topic.timestamps).toBe("LogAppendTime");
    expect(topic.recordBytesMax).toBeLessThan(1_048_588);
  }
});

test("the prefix is the operator's", () => {
  expect(topicPath("lines")).toBe("tidegauge.lines");
  expect(topicPath("lines", "acme.")).toBe("acme.lines");
});

test("keys name what a record replaces", () => {
  expect(hostRecordKey("", "fra1-web-001")).toBe("/fra1-web-001");
  expect(scopeRecordKey({ name: "site", value: "fra1" })).toBe("site/fra1");
  expect(deliveryRecordKey(MESSAGE_SAMPLES.delivery)).toBe("pager/tg-20261120T082914Z-3k9f2m7q");
  expect(snapshotRecordKey(MESSAGE_SAMPLES["snapshot-chunk"])).toBe("host/3/1/0");
  expect(snapshotRecordKey(MESSAGE_SAMPLES["snapshot-manifest"])).toBe("host/3/1/manifest");
});
