import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { formatTime } from "../../lib/domain/time.ts";
import { incident } from "../notify/incidents.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";
import { KeptLog } from "./kept-log.ts";

const OBSERVED = MESSAGE_SAMPLES["observation-batch"];

async function heardTwo(config = "") {
  const log = await KeptLog.open(config);
  await log.put("observations", "observation-batch", null, OBSERVED);
  return log;
}

describe("hosts", () => {
  test("list tells who was heard, when, of what, and what is blind", async () => {
    const log = await heardTwo();
    const listed = await log.json("hosts", "list");
    expect(listed).toMatchObject([
      {
        host: "fra1-web-001",
        scopes: { site: "fra1", fleet: "all" },
        lastSeenAt: "2026-11-20T08:30:01.000Z",
        lines: 2,
        samples: 0,
        blind: [
          expect.stringContaining("kernel lines only"),
          "its clock is wrong: 1 time was replaced by the arrival",
        ],
      },
      { host: "fra1-web-002", lines: 1 },
    ]);
  });

  test("hosts of the inventory that were not heard come last, with --silent alone", async () => {
    const log = await heardTwo("inventory: hosts.csv\n");
    writeFileSync(join(log.folder, "hosts.csv"), "host\nfra1-web-001\nfra1-db-009\n");
    const silent = { host: "fra1-db-009", lastSeenAt: null };
    expect((await log.json("hosts", "list")).at(-1)).toMatchObject(silent);
    expect(await log.json("hosts", "list", "--silent")).toMatchObject([silent]);
  });

  test("show adds the open incidents that name it", async () => {
    const log = await heardTwo();
    const open = incident(1, { state: "confirmed" });
    await log.put("incidents", "incident", open.id, open);
    const { host } = open.hosts.list[0]!;
    const [shown] = await log.json("hosts", "show", host.toUpperCase());
    expect(shown).toMatchObject({ host, incidents: [open.id] });
    const { stdout } = await log.run("hosts", "show", host, "-o", "human");
    expect(stdout).toContain("blind: kernel lines only");
  });

  test("what arrived before --since is not heard", async () => {
    const log = await heardTwo();
    const heardBy = Date.now() + 1;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(heardBy));
    const later = { ...OBSERVED, hosts: OBSERVED.hosts.map((host) => ({ ...host, name: "late" })) };
    await log.put("observations", "observation-batch", null, later);
    const heard = await log.json("hosts", "list", "--since", formatTime(heardBy));
    expect(heard.map(({ host }) => host)).toEqual(["late"]);
    expect(await log.json("hosts", "list", "--since", "1h")).toHaveLength(3);
  });

  test("nobody by that name: 2", async () => {
    const log = await heardTwo();
    const { stderr, code } = await log.run("hosts", "show", "fra1-web-999");
    expect(stderr).toContain("host_unknown: fra1-web-999 was not heard in the last 24 h");
    expect(code).toBe(2);
  });
});
