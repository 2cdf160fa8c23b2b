import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Admin } from "kafkajs";
import { createKafka } from "../../../lib/stream/kafka-client.ts";
import { TOPICS } from "../../../lib/wire/topics.ts";
import { connectionTo, onKafka } from "../../support/kafka-client.ts";
import { jsonLines, runTidegauge } from "../../support/run-tidegauge.ts";

onKafka((brokers) => {
  describe("tidegauge topics", () => {
    let admin: Admin;
    let folder: string;
    let prefix: string;
    let config: string;
    beforeEach(async () => {
      admin = createKafka(connectionTo(brokers)).admin();
      await admin.connect();
      folder = mkdtempSync(join(tmpdir(), "tidegauge-topics-"));
      prefix = `${randomUUID()}.`;
      config = join(folder, "tidegauge.yaml");
      const stream = { engine: "kafka", prefix, kafka: { brokers } };
      writeFileSync(config, JSON.stringify({ stream }));
    });
    afterEach(async () => {
      await admin.disconnect();
      rmSync(folder, { recursive: true });
    });
    const topics = async (action: string) => {
      const ran = await runTidegauge(["topics", action, "--config", config]);
      return { ...ran, states: jsonLines(ran.stdout).map(({ state }) => state) };
    };

    it("plans without changing anything, creates what is missing, then has no wish", async () => {
      const all = Object.keys(TOPICS).length;
      const planned = await topics("plan");
      expect(planned.states).toEqual(Array.from({ length: all }, () => "create"));
      expect(planned.code).toBe(1);
      expect(await admin.listTopics()).not.toContain(`${prefix}lines`);

      const applied = await topics("apply");
      expect(applied.states).toEqual(Array.from({ length: all }, () => "created"));
      expect(applied.code).toBe(0);
      expect(await topics("plan")).toMatchObject({ code: 0 });
    });

    it("never changes what is there, and says what would mend it", async () => {
      const topic = `${prefix}lines`;
      await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
      const applied = await topics("apply");
      expect(applied.code).toBe(1);
      const [lines] = jsonLines(applied.stdout);
      const differences = lines?.["differences"] as { what: string; stopsServices: boolean }[];
      expect(differences.filter((each) => each.stopsServices).map(({ what }) => what)).toEqual([
        "message.timestamp.type",
      ]);
      const { topics: found } = await admin.fetchTopicMetadata({ topics: [topic] });
      expect(found[0]?.partitions).toHaveLength(2);

      const human = await runTidegauge(["topics", "plan", "--config", config, "-o", "human"]);
      expect(human.stdout).toContain(`${topic} (2 partitions, 1 copy): differs`);
      expect(human.stdout).toContain(`kafka-configs.sh --alter --topic ${topic} --add-config`);
    });

    it("refuses more than one partition where records need one order", async () => {
      await admin.createTopics({ topics: [{ topic: `${prefix}controls`, numPartitions: 2 }] });
      const human = await runTidegauge(["topics", "plan", "--config", config, "-o", "human"]);
      expect(human.code).toBe(1);
      expect(human.stdout).toContain("partitions is 2, not 1: the services refuse it");
      const run = await runTidegauge(["run", "notify", "--config", config]);
      expect(run.code).toBe(78);
      expect(run.stderr).toContain("topic_mismatch");
    });
  });
});
