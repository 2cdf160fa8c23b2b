import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, type TestContext } from "vitest";
import { LiveSite } from "../../support/live/live-site.ts";
import { until } from "../../support/live/up-process.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const MIB = 1_048_576;
const LINES_AT_ONCE = 500;

let site: LiveSite;

beforeEach(async () => {
  site = await LiveSite.make();
});

afterEach(() => site.remove());

it("names a full disk, waits for space, and loses nothing", async (context) => {
  mountSmall(context, site.data);
  try {
    const ballast = join(site.data, "ballast");
    writeFileSync(ballast, new Uint8Array(12 * MIB));
    const up = await site.ready();
    let floods = 0;
    await until("full disk", async () => {
      for (let i = 0; i < LINES_AT_ONCE; i++) site.flood(`site${floods++ % 40}`);
      return up.said.includes("disk_full") || !(await up.isReady());
    });
    expect(up.said).toContain("free some space");
    site.flood("last1");
    rmSync(ballast);
    await site.told("last1", 60_000);
    const found = new Set(site.incidents.map(({ scope }) => scope.value));
    for (let number = 0; number < Math.min(40, floods); number++) {
      expect(found).toContain(`site${number}`);
    }
    expect((await up.stop()).code).toBe(0);
  } finally {
    execFileSync("umount", ["--lazy", site.data]);
  }
}, 120_000);

function mountSmall(context: TestContext, folder: string): void {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    skipVisibly(context, `mounting a small tmpfs is not permitted here (${String(error)})`);
  }
}
