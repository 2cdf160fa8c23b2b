import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { mkdirSync, renameSync, rmdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileSink } from "../../../services/notify/deliver/file.ts";
import { describeSink, noticeOf } from "../../contract/sink.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";
import { incident } from "../incidents.ts";

const NEVER = new AbortController().signal;
let folder = "";
let path = "";
let repairs: string[] = [];

function fresh(over: { rotateAtBytes?: number; keep?: number } = {}): FileSink {
  const config = { name: "archive", path, rotateAtBytes: 64 * 2 ** 20, keep: 8, ...over };
  return new FileSink(config, (sink, at, bytes) => void repairs.push(`${sink} ${at} ${bytes}`));
}

function linesOf(file: string): { id: string }[] {
  const text = readFileSync(file, "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { id: string });
}

const make = () => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-file-"));
  path = join(folder, "incidents.jsonl");
  repairs = [];
};
const clear = () => rmSync(folder, { recursive: true, force: true });

describeSink("file", {
  open: async () => {
    make();
    return fresh();
  },
  received: async () => linesOf(path),
  // A folder in its place, as nothing that root could not write over.
  break: async () => {
    renameSync(path, `${path}.away`);
    mkdirSync(path);
  },
  mend: async () => {
    rmdirSync(path);
    renameSync(`${path}.away`, path);
  },
  close: async (sink) => {
    await sink.close();
    clear();
  },
});

describe("a file", () => {
  beforeEach(make);
  afterEach(clear);

  test("whose last line a crash tore is mended at the start", async () => {
    writeFileSync(path, '{"id":"a"}\n{"id":"b"}\n{"id":"c","ti');
    const sink = fresh();
    await sink.open();
    expect(linesOf(path).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(repairs).toEqual([`archive ${path} 13`]);
    await sink.deliver(noticeOf(1), NEVER);
    expect(linesOf(path).map(({ id }) => id)).toEqual(["a", "b", incident(1).id]);
    await sink.close();
  });

  test("torn at any byte is mended to whole lines", async () => {
    const whole = `${JSON.stringify({ id: "a" })}\n${JSON.stringify({ id: "ü".repeat(50_000) })}\n`;
    writeFileSync(path, whole);
    const { length } = readFileSync(path);
    for (const bytes of [0, 1, 10, 11, 12, 70_000, length - 1, length]) {
      writeFileSync(path, whole);
      truncateSync(path, bytes);
      const sink = fresh();
      await sink.open();
      expect(linesOf(path)).toHaveLength(bytes === length ? 2 : bytes >= 11 ? 1 : 0);
      await sink.close();
    }
  });

  test("is put aside when it is full, and only so many are kept", async () => {
    const sink = fresh({ rotateAtBytes: 8_192, keep: 3 });
    await sink.open();
    for (let number = 1; number <= 40; number++) {
      expect(await sink.deliver(noticeOf(number), NEVER)).toMatchObject({ type: "taken" });
    }
    await sink.close();
    const files = readdirSync(folder).sort();
    expect(files).toEqual(["", ".1", ".2", ".3"].map((end) => `incidents.jsonl${end}`));
    const ids = files.toReversed().flatMap((file) => linesOf(join(folder, file)));
    const numbers = ids.map(({ id }) => Number(id.slice(-8)));
    expect(numbers).toEqual(numbers.map((_, i) => 40 - numbers.length + 1 + i));
    for (const file of files) expect(readFileSync(join(folder, file)).length).toBeLessThan(8_193);
  });

  test("that somebody else rotates, by renaming or by emptying, goes on", async () => {
    const sink = fresh();
    await sink.open();
    await sink.deliver(noticeOf(1), NEVER);
    renameSync(path, `${path}.old`);
    await sink.deliver(noticeOf(2), NEVER);
    expect(linesOf(path).map(({ id }) => id)).toEqual([incident(2).id]);
    truncateSync(path, 0);
    await sink.deliver(noticeOf(3), NEVER);
    expect(linesOf(path).map(({ id }) => id)).toEqual([incident(3).id]);
    appendFileSync(path, "half of somebody else's li");
    await sink.deliver(noticeOf(4), NEVER);
    expect(linesOf(path)).toHaveLength(2);
    await sink.close();
  });

  test("is made with its folder", async () => {
    path = join(folder, "not", "there", "yet.jsonl");
    const sink = fresh();
    await sink.open();
    expect(existsSync(path)).toBe(true);
    await sink.close();
  });

  test("that cannot be is told at the start, with what to do", async () => {
    writeFileSync(join(folder, "file"), "");
    path = join(folder, "file", "below.jsonl");
    await expect(fresh().open()).rejects.toMatchObject({
      code: "sink_file_unwritable",
      exitCode: 78,
      remedy: expect.stringContaining("folder") as string,
    });
  });

  test("on a full disk is a clear trouble", async (context) => {
    path = "/dev/full";
    if (!existsSync(path)) skipVisibly(context, "this system has no /dev/full");
    const sink = fresh();
    const answer = await sink.deliver(noticeOf(1), NEVER);
    expect(answer).toMatchObject({ type: "troubled", trouble: "disk_full" });
    await sink.close();
  });
});
