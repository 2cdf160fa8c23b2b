import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export const KAFKA_VERSION = "4.3.1";

/** Outside the checkout, so that every checkout shares it; KAFKA_JARS names another place. */
export const JARS =
  process.env["KAFKA_JARS"] ?? join(homedir(), ".cache", "tidegauge", `kafka-${KAFKA_VERSION}`);

const LIBS = join(JARS, "libs");
const CLUSTER_ID = "tidegaugeTestCluster0A";
const STARTED = "Kafka Server started";

/** Null when a broker can be started from the jars, else what is missing. */
export function missingForJars(): string | null {
  if (!answers("java", ["-version"])) return "java is not installed";
  if (existsSync(LIBS) && readdirSync(LIBS).some((file) => file.startsWith("kafka_"))) return null;
  return `no jars in ${LIBS}: run scripts/kafka-jars.sh`;
}

export function answers(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

export interface JarBroker {
  readonly id: number;
  readonly address: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: a broker that hangs, with its connections open. */
  pause(): void;
  resume(): void;
  /** The same broker again, with what it had. */
  start(): Promise<void>;
}

export interface JarCluster {
  readonly brokers: readonly JarBroker[];
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

/** KRaft nodes that are broker and controller; quick to notice a death, small in memory. */
export async function startJars(
  count: number,
  settings: Readonly<Record<string, string>> = {},
  /** `SCRAM-SHA-512=[name=NAME,password=PASSWORD]`. */
  users: readonly string[] = [],
): Promise<JarCluster> {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-kafka-"));
  const ports = await freePorts(2 * count);
  const voters = Array.from({ length: count }, (_, i) => `${i + 1}@127.0.0.1:${ports[count + i]}`);
  const brokers = Array.from({ length: count }, (_, i) => {
    const own = propertiesOf(i + 1, folder, ports[i] as number, ports[count + i] as number);
    const copies = String(count >= 3 ? 3 : 1);
    return new Broker(i + 1, folder, ports[i] as number, {
      ...own,
      "controller.quorum.voters": voters.join(","),
      "offsets.topic.replication.factor": copies,
      "transaction.state.log.replication.factor": copies,
      "transaction.state.log.min.isr": count >= 3 ? "2" : "1",
      ...settings,
    });
  });
  try {
    for (const broker of brokers) broker.format(users);
    await Promise.all(brokers.map((broker) => broker.start()));
  } catch (error) {
    await Promise.all(brokers.map((broker) => broker.kill()));
    throw error;
  }
  return {
    brokers,
    addresses: brokers.map(({ address }) => address),
    async stop() {
      await Promise.all(brokers.map((broker) => broker.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function propertiesOf(id: number, folder: string, port: number, controllerPort: number) {
  return {
    "process.roles": "broker,controller",
    "node.id": String(id),
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(folder, `data-${id}`),
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "offsets.topic.num.partitions": "4",
    "log.cleaner.backoff.ms": "200",
    "log.cleaner.dedupe.buffer.size": "2097152",
    "log.retention.check.interval.ms": "500",
    "num.network.threads": "2",
    "num.io.threads": "2",
  };
}

class Broker implements JarBroker {
  readonly id: number;
  readonly address: string;
  readonly #file: string;
  #process: ChildProcess | null = null;

  constructor(
    id: number,
    folder: string,
    port: number,
    properties: Readonly<Record<string, string>>,
  ) {
    this.id = id;
    this.address = `127.0.0.1:${port}`;
    this.#file = join(folder, `server-${id}.properties`);
    mkdirSync(folder, { recursive: true });
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
    writeFileSync(this.#file, lines.join("\n"));
  }

  format(users: readonly string[]): void {
    const added = users.flatMap((user) => ["--add-scram", user]);
    const args = ["format", "-t", CLUSTER_ID, "-c", this.#file, ...added];
    execFileSync("java", [...jvm(128), "kafka.tools.StorageTool", ...args], { stdio: "pipe" });
  }

  async start(): Promise<void> {
    const child = spawn("java", [...jvm(256), "kafka.Kafka", this.#file], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LOG_DIR: tmpdir() },
    });
    this.#process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-20_000);
        if (said.includes(STARTED)) resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`broker ${this.id} ended (${code}): ${said}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }
}

function jvm(megabytes: number): string[] {
  return [
    `-Xmx${megabytes}m`,
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    `-Dlog4j2.configurationFile=${join(JARS, "log4j2.yaml")}`,
    "-cp",
    join(LIBS, "*"),
  ];
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.on("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(address !== null && typeof address === "object" ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
