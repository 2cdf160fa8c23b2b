import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { wallClock } from "../../../lib/process/clock.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { EmbeddedLog } from "../../../lib/stream/embedded.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import { describeLog } from "../../contract/stream.ts";
import { PLAIN, record, take, texts } from "../../contract/stream-harness.ts";

const paths = new WeakMap<Log, string>();

async function open(path: string, role: "owner" | "guest" = "owner"): Promise<EmbeddedLog> {
  const log = await EmbeddedLog.open({ path, role, who: "tidegauge up", clock: wallClock });
  paths.set(log, path);
  return log;
}

const newFolder = () => mkdtempSync(join(tmpdir(), "tidegauge-log-"));
const remove = (path: string) => rmSync(path, { recursive: true, force: true });

describeLog("embedded", {
  open: () => open(newFolder()),
  reopen: async (log) => {
    await log.close();
    return open(paths.get(log) as string);
  },
  close: async (log) => {
    await log.close();
    remove(paths.get(log) as string);
  },
  nowMs: () => Date.now(),
  clean: (log, nowMs) => (log as EmbeddedLog).clean(nowMs),
  rebalancesAtOnce: true,
  slow: true,
});

describe("the embedded log on bad days", () => {
  let path: string;
  beforeEach(() => {
    path = newFolder();
  });
  afterEach(() => remove(path));

  it("keeps what it acknowledged, untorn, when it is killed in the middle of appends", async () => {
    for (const afterAcks of [1, 40, 173]) {
      const acknowledged = await killAfter(path, afterAcks);
      const log = await open(path);
      for (const partition of [0, 1, 2]) {
        const slice = await log.read({ topic: "plain", partition, offset: 0 }, 1e9);
        expect(slice.records.map(({ offset }) => offset)).toEqual(
          Array.from({ length: slice.endOffset }, (_, offset) => offset),
        );
        expect(slice.endOffset % 2, "the two records of an append come together").toBe(0);
        const contents = texts(slice.records);
        for (const text of contents) expect(text).toHaveLength(3_000);
        for (const { offset, round } of acknowledged.filter((ack) => ack.partition === partition)) {
          expect(contents[offset]).toBe(`${partition}/${round}/`.padEnd(3_000, "x"));
        }
      }
      await log.close();
    }
  });

  it("refuses a second owner and names the first, until the first has gone", async () => {
    const first = await open(path);
    const second = open(path);
    await expect(second).rejects.toMatchObject({ code: "log_owned" });
    await expect(second).rejects.toThrow(`process ${process.pid} (tidegauge up) runs services`);
    await first.close();
    await (await open(path)).close();
  });

  it("refuses a second owner in another process", async () => {
    const log = await open(path);
    const child = spawnChild(path);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect(code).toBe(1);
    expect(said).toContain(`process ${process.pid} (tidegauge up) runs services on the log`);
    await log.close();
  });

  it("lets guests read everything and append to open topics, and wakes the owner", async () => {
    const owner = await open(path);
    await owner.ensureTopics([PLAIN, { ...PLAIN, name: "controls", openToGuests: true }]);
    await owner.append("plain", 0, [record("a")]);
    const consumer = await owner.join({ group: "g", topics: ["controls"] });
    await take(consumer, "assigned");
    const waiting = take(consumer, "records");

    const guest = await open(path, "guest");
    const slice = await guest.read({ topic: "plain", partition: 0, offset: 0 }, 100);
    expect(texts(slice.records)).toEqual(["a"]);
    await guest.append("controls", 1, [record("acknowledge")]);
    expect(texts((await waiting).records)).toEqual(["acknowledge"]);

    for (const refused of [
      () => guest.append("plain", 0, [record("b")]),
      () => guest.join({ group: "g", topics: ["plain"] }),
      () => guest.ensureTopics([PLAIN]),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "not_owner" });
    }
    await guest.close();
    await owner.close();
  });

  it("serves a guest while nobody owns it, and says so where there is no log", async () => {
    await expect(open(path, "guest")).rejects.toMatchObject({ code: "log_unreadable" });
    const owner = await open(path);
    await owner.ensureTopics([PLAIN]);
    await owner.close();
    const guest = await open(path, "guest");
    expect(await guest.offsets("plain")).toHaveLength(3);
    await guest.close();
  });

  it("forgets by itself, as its clock goes on", async () => {
    const clock = new ManualClock(Date.now());
    const log = await EmbeddedLog.open({ path, role: "owner", who: "test", clock });
    const cleanup = { policy: "delete", retentionMs: 1_000, compactAfterMs: 0 } as const;
    await log.ensureTopics([{ ...PLAIN, cleanup }]);
    await log.append("plain", 0, [record("old")]);
    clock.advance(120_000);
    const start = () => log.slice({ topic: "plain", partition: 0, offset: 0 }, 0).startOffset;
    await vi.waitFor(() => expect(start()).toBe(1));
    await log.close();
  });

  it("says where a record was damaged", async () => {
    const log = await open(path);
    await log.ensureTopics([PLAIN]);
    for (const text of ["a", "b", "c"]) await log.append("plain", 0, [record(text)]);
    const database = new DatabaseSync(join(path, "log.db"));
    database.exec("UPDATE batch SET body = zeroblob(length(body)) WHERE base_offset = 1");
    database.close();
    const reading = log.read({ topic: "plain", partition: 0, offset: 0 }, 1_000);
    await expect(reading).rejects.toMatchObject({ code: "log_damaged" });
    await expect(reading).rejects.toThrow("plain/0 at offset 1");
    await log.close();
  });

  it.each([
    ["log_damaged", "this is not a database, whatever its name says".repeat(100)],
    ["log_unreadable", null],
  ])("opens no %s log, and leaves it to the next one", async (code, content) => {
    const place = content === null ? "/dev/null/log" : path;
    if (content !== null) writeFileSync(join(path, "log.db"), content);
    await expect(open(place)).rejects.toMatchObject({ code });
    await expect(open(place)).rejects.toMatchObject({ code });
  });

  it("opens no log of a newer version", async () => {
    await (await open(path)).close();
    const database = new DatabaseSync(join(path, "log.db"));
    database.exec("PRAGMA user_version = 2");
    database.close();
    await expect(open(path)).rejects.toMatchObject({ code: "log_version" });
  });
});

interface Acknowledged {
  readonly partition: number;
  readonly offset: number;
  readonly round: number;
}

function spawnChild(path: string) {
  const script = fileURLToPath(new URL("../../support/append-until-killed.ts", import.meta.url));
  return spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "pipe"] });
}

/** kill -9 once this many appends were acknowledged; all that were by then. */
async function killAfter(path: string, count: number): Promise<Acknowledged[]> {
  const child = spawnChild(path);
  let output = "";
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split("\n").length > count) child.kill("SIGKILL");
  }
  const lines = output.slice(0, output.lastIndexOf("\n")).split("\n");
  expect(lines.length).toBeGreaterThanOrEqual(count);
  return lines.map((line) => {
    const [partition, offset, round] = line.split(" ").map(Number);
    return { partition: partition ?? -1, offset: offset ?? -1, round: round ?? -1 };
  });
}

it("tells a consumer that nothing comes while others are busy elsewhere", async () => {
  const path = newFolder();
  const log = await open(path);
  const busy = { ...PLAIN, name: "busy" };
  await log.ensureTopics([PLAIN, busy]);
  const consumer = await log.join({ group: "g", topics: ["plain"], idleAfterMs: 500 });
  await take(consumer, "assigned");
  const heard = { idle: false };
  const idle = take(consumer, "idle").then(() => (heard.idle = true));
  // Each commit of the writer looks like one of another process, and wakes whoever waits.
  while (!heard.idle) {
    await log.append("busy", 0, [record("busy")]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await idle;
  await log.close();
  remove(path);
});
