import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killRun } from "../../support/live/kill-run.ts";

it("loses and invents nothing when it is killed under load", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-kill-"));
  const livesMs = [300, 4_500] as const;
  const report = await killRun({ folder, seed: 7, kills: 4, livesMs, linesPerSecond: 500 });

  expect(report.file.found).toEqual(report.file.wanted);
  expect(report.fileReplay.found).toEqual(report.fileReplay.wanted);
  expect(report.tcp.found).toEqual(report.tcp.wanted);
  expect(report.file.found).toHaveLength(report.floods);
  expect(report.tcp.found.length).toBeGreaterThan(report.floods);
  expect(report.repeatedWithinLife).toEqual([]);
  expect(report.repeated.length).toBeLessThanOrEqual(report.kills);
  expect(report.exitCode).toBe(0);
  rmSync(folder, { recursive: true });
});
