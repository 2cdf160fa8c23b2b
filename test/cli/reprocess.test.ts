import { expect, test } from "vitest";
import type { Rejected } from "../../lib/domain/rejected.ts";
import { KeptLog } from "./kept-log.ts";

const HOUR_MS = 3_600_000;
const limit = (host: string, offered = "422") =>
  `Nov 20 08:30:00 ${host} kernel: Limiting tcp reset response from ${offered} to 192 packets/sec`;

function rejected(reason: string, line: string, at: string, ageMs = 0): Rejected {
  const bytes = new TextEncoder().encode(line);
  const arrivalMs = Date.UTC(2026, 10, 20, 8, 30, 1) - ageMs;
  const originalBytes = bytes.length;
  return { reason, detail: "", input: "udp", at, arrivalMs, bytes, originalBytes };
}

async function threeRejects() {
  const log = await KeptLog.open();
  for (const each of [
    rejected("malformed", limit("fra1-web-001"), "udp#1"),
    rejected("malformed", limit("fra1-web-002"), "udp#2", HOUR_MS),
    rejected("number_out_of_range", limit("fra1-web-003", "9".repeat(20)), "udp#3"),
  ]) {
    await log.put("rejected", "rejected", null, each);
  }
  return log;
}

const NONE = { unplaced: 0, dropped: 0, lost: 0 };

test("reprocess says what passes now, and repeating it says the same", async () => {
  const log = await threeRejects();
  const expected = [
    { ...NONE, reason: "malformed", passed: 2, rejected: 0 },
    { ...NONE, reason: "number_out_of_range", passed: 0, rejected: 1 },
  ];
  expect(await log.json("reprocess", "--dry-run")).toEqual(expected);
  expect(await log.ends("observations")).toEqual([0]);
  expect(await log.json("reprocess")).toEqual(expected);
  expect(await log.ends("observations")).toEqual([1]);
  expect(await log.json("reprocess")).toEqual(expected);
  expect(await log.ends("rejected")).toEqual([3]);
});

test("reprocess takes only what is asked for", async () => {
  const log = await threeRejects();
  expect(await log.json("reprocess", "--reason", "number_out_of_range")).toHaveLength(1);
  const since = await log.json("reprocess", "--since", "2026-11-20T08:00:00Z");
  expect(since).toMatchObject([{ passed: 1 }, { rejected: 1 }]);
  expect((await log.run("reprocess", "--reason", "nonsense")).code).toBe(2);
});

test("reprocess tells a person in words", async () => {
  const log = await threeRejects();
  const { stdout, stderr } = await log.run("-o", "human", "reprocess");
  expect(stdout).toBe("malformed: 2 pass now\nnumber_out_of_range: 1 are still rejected\n");
  expect(stderr).toBe("2 published, in 1 record\n");
  const empty = await KeptLog.open();
  expect((await empty.run("reprocess")).stderr).toBe("nothing was rejected\n");
});
