import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { wallClock } from "../../../lib/process/clock.ts";
import { createKafka, type KafkaLogin } from "../../../lib/stream/kafka-client.ts";
import { KafkaLog } from "../../../lib/stream/kafka.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { topicPath } from "../../../lib/wire/topics.ts";
import { ClusterUpstream } from "../../../services/ship/upstream/cluster.ts";
import { PLAIN, record, texts } from "../../contract/stream-harness.ts";
import { connectionTo } from "../../support/kafka-client.ts";
import { freePorts, type JarCluster, missingForJars, startJars } from "../../support/kafka-jars.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const WITHIN_MS = 120_000;
const LISTENER = "listener.name.guarded";
const TOPIC = topicPath("lines");
const missing = typeof inject("kafka") === "string" ? "no Kafka" : missingForJars();

function login(username: string): KafkaLogin {
  return { mechanism: "plain", username, password: { reveal: () => "kelp" } };
}

describe("a host with the right to write `lines` and no other", () => {
  let cluster: JarCluster;
  let address: string;
  let operator: KafkaLog;
  const as = (user: string) => connectionTo([address], { login: login(user), retries: 3 });
  const open = (user: string) =>
    KafkaLog.open({ connection: as(user), clock: wallClock, replication: null });

  beforeAll(async () => {
    if (missing !== null) return;
    const [plain, controller, guarded] = await freePorts(3);
    address = `127.0.0.1:${guarded}`;
    const module = "org.apache.kafka.common.security.plain.PlainLoginModule";
    const users = 'user_operator="kelp" user_host="kelp"';
    cluster = await startJars(1, {
      "controller.quorum.voters": `1@127.0.0.1:${controller}`,
      listeners: [
        `PLAINTEXT://127.0.0.1:${plain}`,
        `CONTROLLER://127.0.0.1:${controller}`,
        `GUARDED://${address}`,
      ].join(","),
      "advertised.listeners": `PLAINTEXT://127.0.0.1:${plain},GUARDED://${address}`,
      "inter.broker.listener.name": "PLAINTEXT",
      "listener.security.protocol.map":
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,GUARDED:SASL_PLAINTEXT",
      [`${LISTENER}.sasl.enabled.mechanisms`]: "PLAIN",
      [`${LISTENER}.plain.sasl.jaas.config`]: `${module} required ${users};`,
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": "User:ANONYMOUS;User:operator",
    });
    operator = await open("operator");
    await operator.ensureTopics([{ ...PLAIN, name: TOPIC }]);
  }, WITHIN_MS);
  afterAll(async () => {
    await operator?.close();
    await cluster?.stop();
  }, WITHIN_MS);

  it(
    "waits while it may not, and sends as soon as it may",
    { timeout: WITHIN_MS },
    async (context) => {
      if (missing !== null) skipVisibly(context, missing);
      const { ship } = new Recorder().events;
      const upstream = new ClusterUpstream({
        name: "kafka",
        open: () => open("host"),
        events: ship,
      });
      await expect(upstream.partitions(TOPIC)).rejects.toMatchObject({
        remedy: expect.any(String),
      });

      const admin = createKafka(as("operator")).admin();
      await admin.connect();
      const { ALLOW } = kafkajs.AclPermissionTypes;
      await admin.createAcls({
        acl: [
          {
            resourceType: kafkajs.AclResourceTypes.TOPIC,
            resourceName: TOPIC,
            resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
            principal: "User:host",
            host: "*",
            operation: kafkajs.AclOperationTypes.WRITE,
            permissionType: ALLOW,
          },
        ],
      });
      await admin.disconnect();

      await expect.poll(() => upstream.partitions(TOPIC).catch(() => 0)).toBe(PLAIN.partitions);
      await upstream.append(TOPIC, 0, [record("one")]);
      upstream.close();
      const slice = await operator.read({ topic: TOPIC, partition: 0, offset: 0 }, 1e6);
      expect(texts(slice.records)).toEqual(["one"]);
    },
  );
});
