import { describe, expect, test } from "vitest";
import { readJournalEntry } from "../../../services/ship/core/journal-entry.ts";

const LIMIT = "Possible SYN flooding on port 443. Sending cookies.";
const RECEIVED_MS = Date.parse("2026-11-20T08:30:00.250Z");

function entry(fields: object = {}): string {
  return JSON.stringify({
    __CURSOR: "s=0a1b;i=4d2;b=e182;m=23de;t=5f;x=77",
    __REALTIME_TIMESTAMP: `${RECEIVED_MS}123`,
    __MONOTONIC_TIMESTAMP: "9000000000",
    _SOURCE_MONOTONIC_TIMESTAMP: "8990000000",
    _TRANSPORT: "kernel",
    PRIORITY: "6",
    MESSAGE: LIMIT,
    ...fields,
  });
}

function textOf(json: string): string {
  return Buffer.from(readJournalEntry(json)!.text).toString("latin1");
}

describe("an entry of the journal", () => {
  test("says what, when and where to go on", () => {
    expect(readJournalEntry(entry())).toMatchObject({
      cursor: "s=0a1b;i=4d2;b=e182;m=23de;t=5f;x=77",
      timeMs: RECEIVED_MS,
      priority: 6,
    });
    expect(textOf(entry())).toBe(LIMIT);
  });

  test("journald reads the first seconds of a boot later than they were written", () => {
    const early = {
      __MONOTONIC_TIMESTAMP: "7500000",
      _SOURCE_MONOTONIC_TIMESTAMP: "2000000",
    };
    expect(readJournalEntry(entry(early))).toMatchObject({ timeMs: RECEIVED_MS - 5_500 });
  });

  test("bytes that are no text come as numbers", () => {
    expect(textOf(entry({ MESSAGE: [0x54, 0x43, 0x50, 0xff] }))).toBe("TCP\u00ff");
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["a text that was too long", entry({ MESSAGE: null })],
    ["no time", entry({ __REALTIME_TIMESTAMP: "soon" })],
    ["no cursor", entry({ __CURSOR: undefined })],
  ])("%s is none", (_what, json) => {
    expect(readJournalEntry(json)).toBeNull();
  });
});
