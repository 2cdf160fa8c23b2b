import { GenericContainer, Wait } from "testcontainers";
import { answers, KAFKA_VERSION, missingForJars, startJars } from "./kafka-jars.ts";

/** The Kafka that tests run on. */
export interface TestKafka {
  /** `host:port`, separated by commas. */
  readonly brokers: string;
  /** Where it comes from: `KAFKA_BROKERS`, `docker` or `jars`. */
  readonly origin: string;
}

export interface RunningKafka extends TestKafka {
  stop(): Promise<void>;
}

/** KAFKA_IMAGE names another one; an empty one leaves Docker out. */
const IMAGE = process.env["KAFKA_IMAGE"] ?? `apache/kafka:${KAFKA_VERSION}`;

/**
 * KAFKA_BROKERS, else a container where a Docker engine answers and has the image, else the jars
 * with a local Java. A string says what is missing for all of them.
 */
export async function startTestKafka(): Promise<RunningKafka | string> {
  const brokers = process.env["KAFKA_BROKERS"];
  if (brokers !== undefined && brokers !== "") {
    return { brokers, origin: "KAFKA_BROKERS", stop: async () => undefined };
  }
  // Nothing is pulled: a test that needs the network fails where there is none.
  if (IMAGE !== "" && answers("docker", ["image", "inspect", IMAGE])) return startContainer();
  const missing = missingForJars();
  const image = IMAGE === "" ? "no KAFKA_IMAGE" : `no Docker with ${IMAGE}`;
  if (missing !== null) return `no KAFKA_BROKERS, ${image}, and ${missing}`;
  const cluster = await startJars(1);
  return { brokers: cluster.addresses.join(","), origin: "jars", stop: () => cluster.stop() };
}

const CONTAINER_PORT = 9092;
const STARTS_WITHIN_MS = 120_000;

async function startContainer(): Promise<RunningKafka> {
  // Chosen beforehand, because the broker tells clients its own address.
  const port = 20_000 + (process.pid % 20_000);
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: CONTAINER_PORT, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: "1",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT",
      KAFKA_INTER_BROKER_LISTENER_NAME: "BROKER",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9094",
      KAFKA_LISTENERS: `PLAINTEXT://:${CONTAINER_PORT},BROKER://:9093,CONTROLLER://:9094`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port},BROKER://localhost:9093`,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_LOG_CLEANER_BACKOFF_MS: "200",
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(STARTS_WITHIN_MS)
    .start();
  return {
    brokers: `localhost:${port}`,
    origin: "docker",
    async stop() {
      await container.stop();
    },
  };
}
