import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SampleBatch } from "../../../lib/domain/sample-batch.ts";
import { partitionOf } from "../../../lib/stream/partition.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { Scraper, type ScraperOptions } from "../../../services/ingest/listen/scraper.ts";
import { codec, listenWorld, rejectedOf, SAMPLES, until } from "./listen-world.ts";

const BODY =
  "node_netstat_Tcp_OutRsts 6928\nnode_netstat_TcpExt_ListenDrops 5\n" +
  'node_uname_info{nodename="web-1",sysname="Linux"} 1\n';

let folder: string;
let targets: string;
const servers: http.Server[] = [];
const scrapers: Scraper[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-scrape-"));
  targets = join(folder, "targets");
});
afterEach(async () => {
  for (const scraper of scrapers.splice(0)) await scraper.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** An exporter, by what it answers. */
async function exporter(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const good: http.RequestListener = (_request, response) => void response.end(BODY);

function scraping(more: Partial<ScraperOptions> = {}) {
  const made = listenWorld();
  const { log, world, told, context } = made;
  const scraper = new Scraper(world, {
    identity: { name: "nodes", realm: "", keep: "candidates" },
    targets,
    intervalMs: 20,
    timeoutMs: 400,
    concurrency: 8,
    tls: null,
    ...more,
  });
  scraper.start(context);
  scrapers.push(scraper);
  const records = () =>
    [0, 1].flatMap((partition) =>
      log
        .slice({ topic: SAMPLES.topic, partition, offset: 0 }, Infinity)
        .records.map(({ key, value }) => ({ key, value: value!, partition })),
    );
  const samples = (): readonly SampleBatch[] =>
    records().map(({ value }) => {
      const message = decodeMessage(codec, value, ["sample-batch"]);
      if (!message.ok) throw new Error(message.detail);
      return message.value;
    });
  const ends = (target: string) =>
    told
      .of("scraped")
      .filter(([, , url]) => url === `http://${target}/metrics`)
      .map(([, end]) => end);
  return { ...made, scraper, records, samples, ends };
}

describe("a scraper", () => {
  it("writes what its targets count, keyed by host, at each interval", async () => {
    const [one, two] = [await exporter(good), await exporter(good)];
    writeFileSync(targets, `${one}\n${two} db-7\n`);
    const { records, samples, told } = scraping();
    await until(() => samples().length >= 6);
    expect(new Set(samples().map(({ host }) => host))).toEqual(new Set(["web-1", "db-7"]));
    expect(samples()[0]).toMatchObject({ input: "nodes", os: "linux", trust: "connected" });
    expect(samples()[0]!.samples[0]!.counters).toEqual([
      { name: "Tcp.OutRsts", value: 6928 },
      { name: "TcpExt.ListenDrops", value: 5 },
    ]);
    const peers = samples().map(({ peer }) => peer);
    expect(new Set(peers)).toEqual(new Set([one, two]));
    for (const { key, partition } of records()) {
      expect(partitionOf(key!, SAMPLES.partitions)).toBe(partition);
    }
    expect(told.of("targetsRead")).toEqual([["nodes", 2]]);
  });

  it.each([
    ["hangs", "deadline", () => {}],
    ["begins an answer and hangs", "deadline", (_, response) => void response.write("node_")],
    [
      "redirects",
      "redirect",
      (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    ],
    ["refuses", "status", (_, response) => void response.writeHead(503).end(BODY)],
    [
      "answers without end",
      "too_large",
      (_, response) => {
        const more = () => {
          while (response.write("x".repeat(256 * 1024)));
          response.once("drain", more);
        };
        more();
      },
    ],
    ["hangs up", "unreachable", (request) => void request.socket.destroy()],
    ["answers nonsense", "bad_sample", (_, response) => void response.end("<html>\n")],
    [
      "counts backwards to a word",
      "bad_sample",
      (_, response) => void response.end("node_netstat_Tcp_OutRsts many\n"),
    ],
  ] satisfies [string, string, http.RequestListener][])(
    "goes on with the others while one %s, asks it less often, and says so once",
    async (_what, end, answer) => {
      const bad = await exporter(answer);
      const others = [await exporter(good), await exporter(good)];
      writeFileSync(targets, `${bad}\n${others.join("\n")}\n`);
      const { ends, told, log, deaths } = scraping({ concurrency: 2, intervalMs: 50 });
      await until(() => ends(bad).length >= 3 && others.every((each) => ends(each).length >= 6));
      expect(new Set(ends(bad))).toEqual(new Set([end]));
      const news = told.of("scraped").filter(([, how, , isNews]) => how === end && isNews === true);
      expect(news).toHaveLength(1);
      for (const other of others) expect(new Set(ends(other))).toEqual(new Set(["taken"]));
      expect(rejectedOf(log).length > 0).toBe(end === "bad_sample");
      expect(deaths).toEqual([]);
    },
  );

  it("has so many answers under way as it may, and each target once", async () => {
    let open = 0;
    let most = 0;
    const answers: (() => void)[] = [];
    const slow: http.RequestListener = (_request, response) => {
      most = Math.max(most, ++open);
      answers.push(() => {
        open -= 1;
        response.end(BODY);
      });
    };
    const all = await Promise.all(Array.from({ length: 6 }, () => exporter(slow)));
    writeFileSync(targets, all.map((each, index) => `${each} h${index}`).join("\n"));
    const { samples } = scraping({ concurrency: 2, timeoutMs: 10_000 });
    const hosts = () => new Set(samples().map(({ host }) => host)).size;
    await until(() => {
      if (open === 2 || hosts() === 5) for (const answer of answers.splice(0)) answer();
      return hosts() === 6;
    });
    expect(most).toBe(2);
    for (const answer of answers.splice(0)) answer();
  });

  it("follows its list, and keeps the targets that it knows when that cannot be read", async () => {
    const [one, two] = [await exporter(good), await exporter(good)];
    writeFileSync(targets, `${one} h1\n`);
    const world = listenWorld();
    // Looks again as fast as it can.
    const clock = {
      nowMs: () => Date.now(),
      after: (delayMs: number, call: () => void) => {
        const timer = setTimeout(call, Math.min(delayMs, 20));
        return () => clearTimeout(timer);
      },
    };
    const scraper = new Scraper(
      { ...world.world, clock },
      {
        identity: { name: "nodes", realm: "", keep: "candidates" },
        targets,
        intervalMs: 20,
        timeoutMs: 2_000,
        concurrency: 8,
        tls: null,
      },
    );
    scraper.start(world.context);
    scrapers.push(scraper);
    const taken = (target: string) =>
      world.told
        .of("scraped")
        .filter(([, end, url]) => end === "taken" && url === `http://${target}/metrics`).length;
    await until(() => taken(one) > 0);
    writeFileSync(targets, `${two} h2\n`);
    await until(() => taken(two) > 0);
    const before = taken(one);
    writeFileSync(targets, '[{"targets":');
    await until(() => world.told.of("targetsUnread").length > 0);
    const known = taken(two);
    await until(() => taken(two) > known + 2);
    expect(taken(one) - before).toBeLessThanOrEqual(1);
    rmSync(targets);
    await until(() => world.told.of("targetsUnread").length > 1);
    expect(world.deaths).toEqual([]);
  });
});
