import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MemoryFaults, MemoryLog } from "../../../lib/stream/memory.ts";
import { FileTail } from "../../../services/ingest/listen/file-tail.ts";
import type { Positions } from "../../../services/ingest/listen/positions.ts";
import { FolderPositions, MemoryPositions } from "../../../services/ingest/listen/positions.ts";
import { limitLine, linesOf, listenWorld, rejectedOf, until } from "./listen-world.ts";

let folder = "";
let path = "";
const running: FileTail[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-tail-"));
  path = join(folder, "messages");
});

afterEach(async () => {
  for (const input of running.splice(0)) await input.stop();
  rmSync(folder, { recursive: true });
});

interface Options {
  readonly positions?: Positions;
  readonly from?: "beginning" | "end";
  readonly log?: MemoryLog;
  readonly faults?: MemoryFaults;
}

async function tail(options: Options = {}) {
  const made = listenWorld(options.faults);
  const log = options.log ?? made.log;
  const world = { ...made.world, log: log.connect() };
  const positions = options.positions ?? new MemoryPositions();
  const input = new FileTail(world, {
    identity: { name: "messages", realm: "", keep: "candidates" },
    path,
    host: "fra1-web-001",
    from: options.from ?? "beginning",
    positions,
    pollMs: 5,
  });
  await input.start(made.context);
  running.push(input);
  return { ...made, log, client: world.log, input, positions };
}

async function stop(input: FileTail): Promise<void> {
  running.splice(running.indexOf(input), 1);
  await input.stop();
}

const line = (n: number) => limitLine("fra1-web-001", n);
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${line(from + i)}\n`).join("");
/** Which lines are in the log, in order, each once. */
const numbers = (log: MemoryLog) =>
  [...new Set(linesOf(log).map((text) => Number(text.split(" ").at(-4))))].sort((a, b) => a - b);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const has = (log: MemoryLog, to: number) => () => numbers(log).length === to - 1;

describe("following a file", () => {
  it("begins at byte 0, waits for the end of a line, and goes on", async () => {
    writeFileSync(path, `${lines(1, 3)}${line(3).slice(0, 20)}`);
    const { log } = await tail();
    await until(has(log, 3));
    appendFileSync(path, `${line(3).slice(20)}\n${lines(4, 6)}`);
    await until(has(log, 6));
    expect(linesOf(log)).toHaveLength(5);
  });

  it("waits for a file that is not there yet, and says so once", async () => {
    const { log, told } = await tail();
    await until(() => told.of("fileUnreadable").length > 0);
    writeFileSync(path, lines(1, 3));
    await until(has(log, 3));
    expect(told.of("fileUnreadable")).toHaveLength(1);
  });

  it("begins at the end where that is asked for, behind the last whole line", async () => {
    writeFileSync(path, `${lines(1, 4)}${line(4).slice(0, 30)}`);
    const { log, input, positions } = await tail({ from: "end" });
    await until(() => (positions as MemoryPositions).saved.size === 1);
    appendFileSync(path, `${line(4).slice(30)}\n${lines(5, 7)}`);
    await until(() => numbers(log).length === 3);
    expect(numbers(log)).toEqual([4, 5, 6]);
    await stop(input);
    // Restarted, it goes on where it stood, not at the end.
    appendFileSync(path, lines(7, 9));
    await tail({ from: "end", positions, log });
    await until(() => numbers(log).length === 5);
    expect(numbers(log)).toEqual([4, 5, 6, 7, 8]);
  });

  it("reads a large backlog in order", async () => {
    writeFileSync(path, lines(1, 20_001));
    const { log } = await tail();
    await until(() => linesOf(log).length === 20_000);
    expect(numbers(log)).toEqual(range(1, 20_001));
  });

  it("rejects a line that is too long with its first bytes, and holds no more of it", async () => {
    writeFileSync(path, `${lines(1, 2)}${"x".repeat(3_000_000)}\n${lines(2, 3)}`);
    const { log, input } = await tail();
    await until(has(log, 3));
    expect(rejectedOf(log)[0]).toMatchObject({
      reason: "line_too_long",
      originalBytes: 3_000_000,
      at: `${path}#2`,
    });
    await stop(input);
    const { counts } = input;
    expect(counts.lines).toBe(counts.pass + counts.dropped + counts.rejected);
  });
});

describe("rotation", () => {
  it("finishes a renamed file, whose writer comes over late, before the new one", async () => {
    writeFileSync(path, lines(1, 4));
    const { log, told } = await tail();
    await until(has(log, 4));
    renameSync(path, `${path}.1`);
    writeFileSync(path, "");
    appendFileSync(`${path}.1`, lines(4, 6));
    await until(has(log, 6));
    appendFileSync(path, lines(6, 8));
    await until(has(log, 8));
    expect(numbers(log)).toEqual(range(1, 8));
    expect(linesOf(log)).toHaveLength(7);
    expect(told.of("fileRotated")).toEqual([["messages", "rename", path]]);
  });

  it("follows ten rotations by rename in a row", async () => {
    const { log } = await tail();
    for (let turn = 0; turn < 10; turn++) {
      writeFileSync(path, lines(1 + turn * 3, 4 + turn * 3));
      await until(has(log, 4 + turn * 3));
      renameSync(path, `${path}.${turn}`);
    }
    expect(numbers(log)).toEqual(range(1, 31));
    expect(linesOf(log)).toHaveLength(30);
  });

  it("goes back to byte 0 after copytruncate", async () => {
    writeFileSync(path, lines(1, 10));
    const { log, told } = await tail();
    await until(has(log, 10));
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, lines(10, 12));
    await until(has(log, 12));
    expect(told.of("fileRotated")).toEqual([["messages", "copytruncate", path]]);
    expect(linesOf(log)).toHaveLength(11);
  });

  it("sees copytruncate too when the file has grown beyond where it stood", async () => {
    writeFileSync(path, lines(1, 4));
    const { log } = await tail();
    await until(has(log, 4));
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, lines(4, 30));
    await until(has(log, 30));
    expect(numbers(log)).toEqual(range(1, 30));
  });

  it("reads from the copy what it had not read before copytruncate", async () => {
    writeFileSync(path, lines(1, 30));
    const { log, input, positions } = await tail();
    await until(has(log, 30));
    await stop(input);
    appendFileSync(path, lines(30, 40));
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, lines(40, 42));
    await tail({ positions, log });
    await until(has(log, 42));
    expect(linesOf(log)).toHaveLength(41);
  });

  it("catches up with what was rotated while it was down, several times over", async () => {
    writeFileSync(path, lines(1, 30));
    const { log, input, positions } = await tail();
    await until(has(log, 30));
    await stop(input);
    appendFileSync(path, lines(30, 35));
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, lines(35, 40));
    // Rotations lie hours apart; the clock of files here may not have moved between them.
    utimesSync(`${path}.2`, 1_790_000_000, 1_790_000_000);
    utimesSync(`${path}.1`, 1_790_003_600, 1_790_003_600);
    writeFileSync(path, lines(40, 45));
    await tail({ positions, log });
    await until(has(log, 45));
    expect(numbers(log)).toEqual(range(1, 45));
    expect(linesOf(log)).toHaveLength(44);
  });

  it("knows a new file from the old one by its beginning, also with the same inode", async () => {
    writeFileSync(path, lines(1, 30));
    const { log, told, input, positions } = await tail();
    await until(has(log, 30));
    await stop(input);
    // Written over in place: same name, same inode, longer than where we stood.
    writeFileSync(path, lines(30, 90));
    const second = await tail({ positions, log });
    await until(has(log, 90));
    expect(numbers(log)).toEqual(range(1, 90));
    expect(second.told.of("fileLost")).toHaveLength(1);
    expect(told.of("fileLost")).toEqual([]);
  });

  it("reads on when the file is deleted and made again", async () => {
    writeFileSync(path, lines(1, 4));
    const { log } = await tail();
    await until(has(log, 4));
    unlinkSync(path);
    writeFileSync(path, lines(4, 8));
    await until(has(log, 8));
    expect(linesOf(log)).toHaveLength(7);
  });
});

describe("positions", () => {
  it("goes on where it stood", async () => {
    const positions = new FolderPositions(join(folder, "positions"));
    writeFileSync(path, lines(1, 30));
    const { log, input } = await tail({ positions });
    await until(has(log, 30));
    await stop(input);
    appendFileSync(path, lines(30, 35));
    await tail({ positions, log });
    await until(has(log, 35));
    expect(linesOf(log)).toHaveLength(34);
  });

  it("reads all again after a torn position, even where the end was asked for", async () => {
    const positions = new FolderPositions(join(folder, "positions"));
    writeFileSync(path, lines(1, 5));
    const { input } = await tail({ positions, from: "end" });
    await until(() => {
      try {
        return readFileSync(join(folder, "positions", "messages.json")).length > 0;
      } catch {
        return false;
      }
    });
    await stop(input);
    for (const torn of ["", '{"head":{"bytes":10', "{}", "null"]) {
      writeFileSync(join(folder, "positions", "messages.json"), torn);
      const again = await tail({ positions, from: "end" });
      await until(has(again.log, 5));
      await stop(again.input);
    }
  });

  it.each(["crash_before", "crash_after"] as const)(
    "repeats lines and loses none when it is killed at any append (%s)",
    async (fault) => {
      const positions = new FolderPositions(join(folder, "positions"));
      let countdown = Infinity;
      const faults: MemoryFaults = { onAppend: () => (--countdown === 0 ? fault : "none") };
      const { log } = listenWorld(faults);
      let written = 1;
      for (let kill = 1; kill <= 6; kill++) {
        countdown = 1 + (kill % 3);
        const { input, deaths } = await tail({ positions, log });
        // A killed process never stops: it only leaves what it had saved.
        running.splice(running.indexOf(input), 1);
        await until(() => {
          appendFileSync(path, lines(written, written + 7));
          written += 7;
          return countdown <= 0;
        });
        expect(deaths).toEqual([]);
      }
      countdown = Infinity;
      await tail({ positions, log });
      await until(has(log, written));
      expect(numbers(log)).toEqual(range(1, written));
    },
  );

  it("does not move the position before the log has the lines", async () => {
    let isFull = true;
    const positions = new MemoryPositions();
    writeFileSync(path, lines(1, 5));
    const { log, told } = await tail({
      positions,
      faults: { onAppend: () => (isFull ? "disk_full" : "none") },
    });
    await until(() => told.of("appendRetried").length > 1);
    expect(positions.saved.size).toBe(0);
    isFull = false;
    await until(has(log, 5));
    await until(() => positions.saved.size === 1);
    expect(positions.saved.get("messages")).toMatchObject({ offset: lines(1, 5).length });
  });
});
