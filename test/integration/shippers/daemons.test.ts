import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Admin } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "../../../lib/domain/incident.ts";
import { createKafka } from "../../../lib/stream/kafka-client.ts";
import type { KafkaLog } from "../../../lib/stream/kafka.ts";
import { timeText } from "../../../sim/log-line.ts";
import { connectionTo, onKafka, openKafka } from "../../support/kafka-client.ts";
import { freePort, until, UpProcess, writeConfig } from "../../support/live/up-process.ts";
import { jsonLines, runTidegauge } from "../../support/run-tidegauge.ts";
import { type Daemon, missingDaemon, ShipperDaemon } from "../../support/shipper-daemons.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

interface Variant {
  readonly daemon: Daemon;
  readonly example: string;
  /** Of the site that ships this way. */
  readonly site: string;
  /** What is in the record of a line; `time` is ISO 8601 to the second. */
  readonly record: (host: string, time: string) => string;
}

const TEXT = "Limiting tcp reset response from 422 to 192 packets/sec";

/** Every example of rsyslog and syslog-ng; what else they can put on a topic is in test/vectors. */
const VARIANTS: readonly Variant[] = [
  {
    daemon: "rsyslog",
    example: "rsyslog.conf",
    site: "rsyslogtext",
    record: (host, time) => `${time}+00:00 ${host} kernel: ${TEXT}\n`,
  },
  {
    daemon: "rsyslog",
    example: "json.conf",
    site: "rsyslogjson",
    record: (_, time) => `"timereported":"${time}+00:00", "timegenerated":`,
  },
  {
    daemon: "syslog-ng",
    example: "syslog-ng.conf",
    site: "syslogngtext",
    record: (host, time) => `${time}.000+00:00 ${host} kernel: ${TEXT}`,
  },
  {
    daemon: "syslog-ng",
    example: "json.conf",
    site: "syslogngjson",
    record: (host, time) => `"ISODATE":"${time}.000+00:00","HOST":"${host}"`,
  },
];

const HOSTS = 12;
const PARTITIONS = 3;
const STARTS_WITHIN_MS = 120_000;
const TOLD_WITHIN_MS = 60_000;
const READ_BYTES = 1_048_576;
/** Every host is needed: one whose line did not come through, and there is no incident. */
const RULE = {
  name: "all-hosts",
  type: "host_count",
  signal: "tcp_reset",
  hosts: HOSTS,
  within: "60s",
  scope: "site",
} as const;

onKafka((brokers) => {
  describe("real daemons on a real Kafka", () => {
    const run = randomUUID();
    const topicOf = ({ site }: Variant): string => `${site}-${run}`;
    let folder: string;
    let config: string;
    let admin: Admin;
    let log: KafkaLog;
    const running: UpProcess[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "tidegauge-shippers-"));
      admin = createKafka(connectionTo(brokers)).admin();
      await admin.connect();
      const topics = VARIANTS.map((variant) => ({
        topic: topicOf(variant),
        numPartitions: PARTITIONS,
      }));
      await admin.createTopics({ topics, waitForLeaders: true });
      log = await openKafka(brokers);
      config = writeConfig(folder, {
        stream: { engine: "kafka", prefix: `${run}.`, path: "./data", kafka: { brokers } },
        inputs: [{ name: "fleet", type: "kafka", topics: topics.map(({ topic }) => topic) }],
        rules: [RULE],
      });
      const applied = await runTidegauge(["topics", "apply", "--config", config]);
      expect(applied.code, applied.stderr).toBe(0);
      for (const service of ["ingest", "detect"]) {
        running.push(new UpProcess(config, await freePort(), {}, ["run", service]));
      }
      await Promise.all(running.map((each) => each.ready(STARTS_WITHIN_MS)));
    }, STARTS_WITHIN_MS);

    afterAll(async () => {
      for (const each of running) await each.kill();
      await log?.close();
      await admin?.disconnect();
      rmSync(folder, { recursive: true, force: true });
    });

    async function shipped(variant: Variant, second: number): Promise<void> {
      const port = await freePort();
      const daemon = await ShipperDaemon.start(variant.daemon, {
        example: variant.example,
        folder: join(folder, variant.site),
        brokers,
        topic: topicOf(variant),
        port,
      });
      try {
        await send(port, linesOf(variant.site, second));
        await until(
          `${HOSTS} records of ${variant.daemon}`,
          async () => (await recordsOf(topicOf(variant))).length >= HOSTS,
          TOLD_WITHIN_MS,
        );
      } finally {
        await daemon.stop();
      }
    }

    async function recordsOf(topic: string) {
      const ranges = await log.offsets(topic);
      const slices = await Promise.all(
        ranges.map(({ startOffset }, partition) =>
          log.read({ topic, partition, offset: startOffset }, READ_BYTES),
        ),
      );
      return slices.flatMap(({ records }) =>
        records.map(({ key, value }) => ({ key, text: Buffer.from(value ?? []).toString() })),
      );
    }

    async function incidentOf(site: string): Promise<Incident> {
      let found: Incident | undefined;
      await until(
        `incident of ${site}`,
        async () => {
          const { stdout } = await runTidegauge(["incidents", "list", "--config", config]);
          const incidents = jsonLines(stdout) as unknown as Incident[];
          found = incidents.find(({ scope }) => scope.value === site);
          return found !== undefined;
        },
        TOLD_WITHIN_MS,
      );
      return found!;
    }

    it.for(VARIANTS)(
      "$daemon with $example: syslog of twelve hosts is one incident",
      { timeout: STARTS_WITHIN_MS },
      async (variant, context) => {
        const missing = missingDaemon(variant.daemon);
        if (missing !== null) {
          if (process.env["CI"]) throw new Error(missing);
          skipVisibly(context, missing);
        }
        const second = Math.floor(Date.now() / 1_000);
        await shipped(variant, second);

        const time = new Date(second * 1_000).toISOString();
        const records = await recordsOf(topicOf(variant));
        for (const host of hostsOf(variant.site)) {
          const own = records.find(({ key }) => key === host);
          expect(own?.text).toContain(variant.record(host, time.slice(0, 19)));
        }

        const incident = await incidentOf(variant.site);
        expect(incident).toMatchObject({ kind: "host_count", startedAt: time, metAt: time });
        const names = incident.hosts.list.map(({ host }) => host);
        expect(names.toSorted()).toEqual(hostsOf(variant.site));
        expect(incident.evidence[0]?.text).toContain(TEXT);
      },
    );
  });
});

function hostsOf(site: string): string[] {
  return Array.from({ length: HOSTS }, (_, host) => `${site}-web-${String(host).padStart(3, "0")}`);
}

/** RFC 3164 as a FreeBSD kernel's syslogd forwards it. */
function linesOf(site: string, second: number): string[] {
  return hostsOf(site).map((host) => `<5>${timeText(second)} ${host} kernel: ${TEXT}`);
}

/** Every other line in a datagram of its own, the rest over one connection. */
async function send(port: number, lines: readonly string[]): Promise<void> {
  const udp = createSocket("udp4");
  const tcp = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    tcp.once("connect", resolve);
    tcp.once("error", reject);
  });
  for (const [number, line] of lines.entries()) {
    if (number % 2 === 1) tcp.write(`${line}\n`);
    else await new Promise((resolve) => udp.send(line, port, "127.0.0.1", resolve));
  }
  await new Promise<void>((resolve) => void tcp.end(resolve));
  await new Promise<void>((resolve) => void udp.close(resolve));
}
