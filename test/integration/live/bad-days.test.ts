import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { topicSpecs } from "../../../cli/open-log.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import { EmbeddedLog } from "../../../lib/stream/embedded.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { TOPIC_PREFIX_DEFAULT, topicPath } from "../../../lib/wire/topics.ts";
import { loadSnapshot, snapshotRecords } from "../../../services/detect/state/snapshot-store.ts";
import { writeKeptLines } from "../../support/live/kept-lines.ts";
import { LiveSite } from "../../support/live/live-site.ts";
import { until } from "../../support/live/up-process.ts";

const SLOW = { timeout: 120_000 };
const STOP_WITHIN_MS = 10_000;

describe("tidegauge up on a bad day", () => {
  let site: LiveSite;

  beforeEach(async () => {
    site = await LiveSite.make();
  });

  afterEach(() => site.remove());

  it("says which port is taken, and ends", SLOW, async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => void taken.listen(site.port, "127.0.0.1", resolve));
    const up = site.up();
    const { code } = await up.exited;
    taken.close();
    expect(code).toBe(75);
    expect(up.said).toContain(`127.0.0.1:${site.port}`);
    expect(up.said).toMatch(/port_in_use: another process listens on/);
  });

  it("refuses a second one on the same folder and names the first", SLOW, async () => {
    const first = await site.ready();
    const second = site.up();
    const { code } = await second.exited;
    expect(code).not.toBe(0);
    expect(second.said).toContain(`process ${first.pid} (tidegauge up)`);
    site.flood("ams1");
    await site.told("ams1");
  });

  it("stops within 10 s under load, and goes on where it stood", SLOW, async () => {
    const up = await site.ready();
    let floods = 0;
    const load = setInterval(() => site.flood(`site${floods++ % 500}`), 5);
    await until("incidents under load", () => site.incidents.length > 5);
    const askedMs = performance.now();
    const { code } = await up.stop();
    expect(code).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(STOP_WITHIN_MS);
    clearInterval(load);

    const again = await site.ready();
    site.flood("last1");
    await site.told("last1");
    await again.stop();
    // Its position was kept: no line was taken twice.
    const kept = `${site.folder}/kept`;
    await writeKeptLines(site.data, kept);
    expect(limitLines(kept)).toBe(limitLines(site.lineFile));
  });

  it("goes on with the older snapshot, or none, when one is torn", SLOW, async () => {
    let up = await site.ready();
    site.flood("ams1");
    const before = await site.told("ams1");
    await until("snapshot", async () => (await up.metrics()).includes("detect_snapshots_total{"));
    await up.stop();
    for (const damaged of [["host"], ["host", "scope"]] as const) {
      await tearSnapshots(site.data, damaged);
      up = await site.ready();
      expect(up.said).toMatch(/"reason":"torn".*"message":"snapshot failed"/);
      const next = `fra${damaged.length}`;
      site.flood(next);
      await site.told(next);
      expect(site.incidents.find(({ id }) => id === before.id)?.hosts).toEqual(before.hosts);
      await up.stop();
    }
  });
});

describe("a webhook that hangs", () => {
  it("delays no other sink, and no second SIGTERM", SLOW, async () => {
    const sockets: { destroy(): void }[] = [];
    const hole = createServer((socket) => void sockets.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => void hole.listen(0, "127.0.0.1", resolve));
    const { port } = hole.address() as { port: number };
    const url = `http://127.0.0.1:${port}/`;
    const hook = { name: "hook", type: "webhook", url, allow: ["127.0.0.1"], timeout: "2m" };
    const site = await LiveSite.make([hook]);
    const up = await site.ready();
    site.flood("ams1");
    await site.told("ams1");
    await until("attempt at the webhook", () => sockets.length > 0);
    site.flood("fra1");
    await site.told("fra1");

    up.signal("SIGTERM");
    await until("first signal heard", () => up.said.includes("SIGTERM"));
    await pause(100);
    const askedMs = performance.now();
    up.signal("SIGTERM");
    const { code } = await up.exited;
    expect(performance.now() - askedMs).toBeLessThan(1_000);
    expect(code).toBe(143);
    for (const socket of sockets) socket.destroy();
    hole.close();

    await site.remove();
  });
});

function limitLines(file: string): number {
  return readFileSync(file, "latin1").split("Limiting tcp reset").length - 1;
}

/** Writes newer snapshots that do not add up, as a crash of the disk might leave them. */
async function tearSnapshots(data: string, stages: readonly ("host" | "scope")[]): Promise<void> {
  const log = await EmbeddedLog.open({ path: data, role: "owner", who: "test", clock: wallClock });
  await log.ensureTopics(topicSpecs(TOPIC_PREFIX_DEFAULT));
  const codec = new Codec(loadSchemas());
  for (const stage of stages) {
    const name = { stage, partition: 0 } as const;
    const { snapshot } = await loadSnapshot(log, codec, topicPath("snapshots"), name);
    const manifest = { ...snapshot!.manifest, serial: snapshot!.manifest.serial + 1 };
    const [, ...withoutFirst] = snapshotRecords(codec, snapshot!.bytes, manifest);
    await log.append(topicPath("snapshots"), 0, withoutFirst);
  }
  await log.close();
}
