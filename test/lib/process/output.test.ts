import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { Answer } from "../../../lib/process/output.ts";

test("writing on waits until the reader has taken what was written", async () => {
  const waiting: (() => void)[] = [];
  const slow = new Writable({
    highWaterMark: 4,
    write: (_chunk, _encoding, taken) => void waiting.push(taken),
  });
  const answer = new Answer("json", slow);
  const writing = answer.writeText(answer.textOf({ line: 1 }, () => ""));
  const turn = new Promise((resolve) => setImmediate(resolve, "still waiting"));
  expect(await Promise.race([writing, turn])).toBe("still waiting");
  waiting.forEach((taken) => taken());
  expect(await writing).toBeUndefined();
});
