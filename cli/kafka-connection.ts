import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { KafkaConnection, KafkaLogin } from "../lib/stream/kafka-client.ts";
import type { KafkaLog } from "../lib/stream/kafka.ts";
import { OauthToken } from "../lib/stream/oauth-token.ts";
import type { Settings } from "./settings.ts";

type Cluster = Pick<NonNullable<Settings["config"]["stream"]["kafka"]>, "brokers" | "tls" | "sasl">;

/** How to reach the cluster of `stream.kafka`, with its certificates read. */
export async function kafkaConnection(
  { stream }: Settings["config"],
  who: string,
): Promise<KafkaConnection> {
  const { kafka } = stream;
  if (kafka === null) {
    throw new Trouble(
      "cluster_missing",
      "there is no cluster in the configuration",
      "add `kafka: { brokers: [host:9092] }` to `stream`",
      EXIT_CODES.configuration,
    );
  }
  return connectionOf(kafka, who, "stream.kafka");
}

/** Only who speaks to a cluster loads the client. */
export async function openKafka(
  connection: KafkaConnection,
  replication: number | null = null,
): Promise<KafkaLog> {
  const { KafkaLog } = await import("../lib/stream/kafka.ts");
  return KafkaLog.open({ connection, clock: wallClock, replication });
}

/** How to reach a cluster that the configuration names at `place`. */
export async function connectionOf(
  kafka: Cluster,
  who: string,
  place: string,
): Promise<KafkaConnection> {
  return {
    place,
    brokers: kafka.brokers.map(({ host, port }) =>
      host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
    ),
    clientId: who.replaceAll(" ", "-"),
    tls: kafka.tls === null ? null : await tlsOf(kafka.tls, `${place}.tls`),
    login: kafka.sasl === null ? null : loginOf(kafka.sasl),
  };
}

function loginOf(sasl: NonNullable<Cluster["sasl"]>): KafkaLogin {
  const { mechanism, username, password, tokenUrl, scope } = sasl;
  if (mechanism !== "oauthbearer") return { mechanism, username, password };
  const token = new OauthToken({ tokenUrl, username, password, scope, clock: wallClock });
  return { mechanism, token: () => token.get() };
}

async function tlsOf(tls: NonNullable<Cluster["tls"]>, place: string): Promise<ConnectionOptions> {
  const { caPath, certPath, keyPath, serverName } = tls;
  return {
    ...(caPath === null ? {} : { ca: await readPem(caPath, place) }),
    ...(certPath === null ? {} : { cert: await readPem(certPath, place) }),
    ...(keyPath === null ? {} : { key: await readPem(keyPath, place) }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
}

async function readPem(path: string, place: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Trouble(
      "certificate_unreadable",
      `${place}: ${path} cannot be read (${(error as Error).message})`,
      "check that the file exists and that this user may read it",
      EXIT_CODES.configuration,
    );
  }
}
