import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SHIP_METRICS } from "../../lib/telemetry/events/ship.ts";
import { JournalSource } from "../../services/ship/journal-source.ts";
import { sourceWorld } from "./ship-world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for journalctl: notes what it was asked, then does as it is told. */
function journalctl(script: string): string {
  const path = join(folder, "journalctl");
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${folder}/asked\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function asked(): string[] {
  return readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
}

function entry(index: number): string {
  return JSON.stringify({
    __CURSOR: `c${index}`,
    __REALTIME_TIMESTAMP: "1795163400250123",
    PRIORITY: "4",
    MESSAGE: `line ${index}`,
  });
}

/** Prints these entries, then waits for more like the real one. */
function following(...entries: number[]): string {
  const lines = entries.map((index) => `echo '${entry(index)}'`);
  return [...lines, "exec sleep 60"].join("\n");
}

describe("the journal", () => {
  test("is read behind its cursor after a restart, whatever the boot", async () => {
    const first = sourceWorld();
    const source = new JournalSource(first.world, journalctl(following(1, 2)));
    source.start(first.context);
    await vi.waitFor(() => expect(first.path.lines).toHaveLength(2));
    await source.stop();
    expect(first.path.lines[0]).toBe(
      "<4>1 2026-11-20T08:30:00.250Z fra1-web-001 kernel - - - line 1",
    );

    const second = sourceWorld(first.cursors);
    const again = new JournalSource(second.world, journalctl(following(3)));
    again.start(second.context);
    await vi.waitFor(() => expect(second.path.lines).toHaveLength(1));
    await again.stop();
    const [before, after] = asked();
    expect(before).toMatch(/--boot _TRANSPORT=kernel$/);
    expect(after).toMatch(/--after-cursor=c2 _TRANSPORT=kernel$/);
    expect([...first.deaths, ...second.deaths]).toEqual([]);
  });

  test("a child that ends is told with its words, and started again where it stood", async () => {
    const { world, path, context, told } = sourceWorld();
    const script = `echo '${entry(7)}'; echo 'journal file corrupted' >&2; exit 1`;
    const source = new JournalSource(world, journalctl(script));
    source.start(context);
    await vi.waitFor(() => expect(path.lines.length).toBeGreaterThanOrEqual(2));
    await source.stop();
    expect(told.counted(SHIP_METRICS.sourceFailures)).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(told.logged[0]!.fields, errorsToo)).toContain("journal file corrupted");
    expect(asked()[1]).toContain("--after-cursor=c7");
  });

  test("a cursor that the journal does not take is given up", async () => {
    const { world, path, context, cursors } = sourceWorld();
    await cursors.save("journald", { cursor: "of another machine" });
    const script = [
      'case "$*" in *after-cursor*)',
      "echo 'Failed to seek to cursor: Invalid argument' >&2; exit 1;; esac",
      following(1),
    ].join("\n");
    const source = new JournalSource(world, journalctl(script));
    source.start(context);
    await vi.waitFor(() => expect(path.lines).toHaveLength(1));
    await source.stop();
  });

  test("without journalctl it says so and tries again", async () => {
    const { world, context, told, deaths } = sourceWorld();
    const source = new JournalSource(world, join(folder, "nothing"));
    source.start(context);
    await vi.waitFor(() =>
      expect(told.counted(SHIP_METRICS.sourceFailures)).toBeGreaterThanOrEqual(2),
    );
    await source.stop();
    expect(deaths).toEqual([]);
  });
});

function errorsToo(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}
