import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeConfig } from "../support/live/up-process.ts";
import { runTidegauge } from "../support/run-tidegauge.ts";

/** For documentation (RFC 5737): no machine has it. */
const NOBODYS = "192.0.2.1";

it("serves health where --health-host says, and ends where that cannot be", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-health-"));
  const config = writeConfig(folder, { stream: { engine: "memory" } });
  const flags = ["--config", config, "--health-host", NOBODYS, "--health-port", "9464"];
  const { code, stderr } = await runTidegauge(["up", ...flags]);
  rmSync(folder, { recursive: true });
  expect(code).not.toBe(0);
  expect(stderr).toContain("listen_failed");
  expect(stderr).toContain(`${NOBODYS}:9464`);
});
