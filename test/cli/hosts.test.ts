import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { KINDS } from "../../lib/domain/observation.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { ObservationColumns } from "../../services/ingest/core/observation-columns.ts";
import { incident } from "../notify/incidents.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";
import { KeptLog } from "./kept-log.ts";

const OBSERVED = MESSAGE_SAMPLES["observation-batch"];

async function heardTwo(config = "") {
  const log = await KeptLog.open(config);
  await log.put("observations", "observation-batch", null, OBSERVED);
  return log;
}

/** One sample of a firewall, so many minutes after half past eight. */
function sampledAt(minute: number, posture: Readonly<Record<string, number>>) {
  const columns = new ObservationColumns();
  const host = { realm: "", name: "fra1-fw-001" };
  const timeMs = 1_795_163_400_000 + minute * 60_000;
  const settings = Object.entries(posture).map(([name, value]) => ({ name, value }));
  const numbers = { counters: [{ name: "tcp.connection-drops", value: 5 }], gauges: [] };
  columns.add(
    0,
    () => host,
    { place: "samples/0@0", arrivalMs: timeMs + 40 },
    {
      timeMs,
      kind: KINDS.indexOf("sample"),
      gauge: -1,
      offered: 0,
      allowed: 0,
      suppressed: 0,
      count: 0,
      timeSource: 0,
      trust: 1,
      line: 1,
      text: null,
      reading: {
        boot: null,
        os: "freebsd",
        sampler: "counters",
        uptimeSeconds: 60,
        ...numbers,
        posture: settings,
      },
    },
  );
  return columns.finish([]);
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

  test("show and list tell the latest settings of a sampled host, and what they hide", async () => {
    const log = await KeptLog.open();
    const heard = (minute: number, posture: Record<string, number>) =>
      log.put("observations", "observation-batch", null, sampledAt(minute, posture));
    await heard(0, { "net.inet.icmp.icmplim": 200, "net.inet.icmp.icmplim_output": 1 });
    await heard(60, { "net.inet.icmp.icmplim_output": 0, "net.inet.tcp.blackhole": 2 });
    // One that was held up on its way, and one without settings.
    await heard(30, { "net.inet.icmp.icmplim_output": 1 });
    await heard(61, {});
    const spots = [
      "limiter output is off",
      "closed TCP ports answer nothing, so nothing is limited",
    ];
    const settings = {
      "net.inet.icmp.icmplim": 200,
      "net.inet.icmp.icmplim_output": 0,
      "net.inet.tcp.blackhole": 2,
    };
    const settingsAt = "2026-11-20T09:30:00.000Z";
    const told = { host: "fra1-fw-001", samples: 4, settingsAt, settings, blind: spots };
    expect(await log.json("hosts", "show", "fra1-fw-001")).toMatchObject([told]);
    expect(await log.json("hosts", "list")).toMatchObject([told]);
    const shown = (await log.run("hosts", "show", "fra1-fw-001", "-o", "human")).stdout;
    for (const spot of spots) expect(shown).toContain(`blind: ${spot}\n`);
    expect(shown).toContain("net.inet.icmp.icmplim_output 0\n");
    const { stdout } = await log.run("hosts", "list", "-o", "human");
    expect(stdout).toContain("blind: limiter output is off");
  });

  test("a sampled host whose settings nobody sent says so", async () => {
    const log = await KeptLog.open();
    await log.put("observations", "observation-batch", null, sampledAt(0, {}));
    const blind = ["its settings were not sent: what they hide is not known"];
    const told = { settingsAt: null, settings: {}, blind };
    expect(await log.json("hosts", "show", "fra1-fw-001")).toMatchObject([told]);
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
