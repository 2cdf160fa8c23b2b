import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { expect, it } from "vitest";
import { wallClock } from "../../lib/process/clock.ts";
import { EmbeddedLog } from "../../lib/stream/embedded.ts";
import { isStreamError } from "../../lib/stream/stream-error.ts";
import { PLAIN, record, texts } from "../contract/stream-harness.ts";
import { skipVisibly } from "../support/skip-visibly.ts";

const MIB = 1_048_576;

it("a full disk is a clear error, tears nothing, and passes with new space", async (context) => {
  await onSmallDisk(context, async (folder) => {
    const ballast = join(folder, "ballast");
    writeFileSync(ballast, new Uint8Array(2 * MIB));
    const path = join(folder, "log");
    let log = await open(path);
    await log.ensureTopics([PLAIN]);

    const acknowledged = await appendUntilRefused(log);
    expect(acknowledged).toBeGreaterThan(10);
    await expectContents(log, acknowledged);

    rmSync(ballast);
    const { firstOffset } = await log.append("plain", 0, [record("after".padEnd(3_000))]);
    expect(firstOffset).toBe(acknowledged);
    await log.close();
    log = await open(path);
    await expectContents(log, acknowledged + 1);
    await log.close();
  });
});

it("a log on a full disk can be read, and closed, and opened again", async (context) => {
  await onSmallDisk(context, async (folder) => {
    const path = join(folder, "log");
    let log = await open(path);
    await log.ensureTopics([PLAIN]);
    const acknowledged = await appendUntilRefused(log);
    const more = Array.from({ length: 20 }, () => log.append("plain", 1, [record("more")]));
    const kept = (await Promise.allSettled(more)).filter(({ status }) => status === "fulfilled");
    await log.close();

    try {
      log = await open(path);
      await expectContents(log, acknowledged);
      const [, second] = await log.offsets("plain");
      expect(second?.endOffset).toBe(kept.length);
      await log.close();
    } catch (error) {
      expect(error).toMatchObject({ code: "disk_full" });
    }
  });
});

function open(path: string): Promise<EmbeddedLog> {
  return EmbeddedLog.open({ path, role: "owner", who: "test", clock: wallClock });
}

/** Returns how many were acknowledged before. */
async function appendUntilRefused(log: EmbeddedLog): Promise<number> {
  for (let count = 0; ; count++) {
    try {
      await log.append("plain", 0, [record(`${count}`.padEnd(3_000))]);
    } catch (error) {
      expect(isStreamError(error, "disk_full"), String(error)).toBe(true);
      expect(String(error)).toMatch(/free some space/);
      return count;
    }
  }
}

async function expectContents(log: EmbeddedLog, count: number): Promise<void> {
  const { records } = await log.read({ topic: "plain", partition: 0, offset: 0 }, 1e9);
  expect(records).toHaveLength(count);
  for (const [index, text] of texts(records).entries()) {
    if (!text.startsWith("after")) expect(text.trim()).toBe(`${index}`);
  }
}

async function onSmallDisk(
  context: TestContext,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=5m", "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    rmSync(folder, { recursive: true });
    skipVisibly(context, `mounting a small tmpfs is not permitted here (${String(error)})`);
  }
  try {
    await use(folder);
  } finally {
    // Lazily: a failed test may still have the log open.
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  }
}
