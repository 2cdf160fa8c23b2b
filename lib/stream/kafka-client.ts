import type { ConnectionOptions } from "node:tls";
import kafkajs from "kafkajs";
import type { LogEntry, SASLOptions, Kafka } from "kafkajs";
import { installAnswers } from "./kafka-answer.ts";
import { registerCodecs } from "./kafka-codecs.ts";
import { quietQueue } from "./kafka-queue.ts";
import { KAFKA_ANSWER_WITHIN_MS, KAFKA_CONNECT_WITHIN_MS, KAFKA_RETRY } from "./limits.ts";

export type KafkaLogin =
  | {
      readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
      readonly username: string;
      readonly password: { reveal(): string };
    }
  | {
      readonly mechanism: "oauthbearer";
      /** A token that is valid now; asked for at every login. */
      readonly token: () => Promise<string>;
    };

/** How to reach a cluster. */
export interface KafkaConnection {
  /** `host:port`; the other brokers are found through these. */
  readonly brokers: readonly string[];
  /** Where the configuration names it, for what it says of trouble; default `stream.kafka`. */
  readonly place?: string;
  /** For the broker's logs and quotas. */
  readonly clientId: string;
  readonly tls: ConnectionOptions | null;
  readonly login: KafkaLogin | null;
  /** Attempts before `broker_unreachable`; a person waits less long than a service. */
  readonly retries?: number;
  /** Told what kafkajs logs, for telemetry. Must not throw. */
  readonly told?: (entry: KafkaEntry) => void;
}

export interface KafkaEntry {
  /** kafkajs calls an ordinary rebalance an error; those are `chatter` here. */
  readonly severity: "trouble" | "chatter";
  readonly says: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * A client of its own for each consumer and the rest: kafkajs shares the committed offsets of a
 * group between the consumers of one client.
 */
export function createKafka(connection: KafkaConnection): Kafka {
  registerCodecs();
  installAnswers();
  quietQueue();
  const { brokers, clientId, tls, login, retries = KAFKA_RETRY.retries, told } = connection;
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls === null ? {} : { ssl: tls }),
    ...(login === null ? {} : { sasl: saslOf(login) }),
    connectionTimeout: KAFKA_CONNECT_WITHIN_MS,
    requestTimeout: KAFKA_ANSWER_WITHIN_MS,
    retry: { ...KAFKA_RETRY, retries },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => (entry) => told?.(entryOf(entry)),
  });
}

function saslOf(login: KafkaLogin): SASLOptions {
  if (login.mechanism !== "oauthbearer") {
    const { mechanism, username, password } = login;
    return { mechanism, username, password: password.reveal() };
  }
  const oauthBearerProvider = async () => ({ value: await login.token() });
  return { mechanism: "oauthbearer", oauthBearerProvider };
}

const ORDINARY = ["rebalanc", "not aware of this member", "MemberIdRequired", "NOT_COORDINATOR"];

function entryOf({ level, namespace, log }: LogEntry): KafkaEntry {
  const { message, timestamp: _, logger: __, stack: ___, ...fields } = log;
  const text = `${message} ${String(fields["error"] ?? "")}`;
  const isOrdinary = ORDINARY.some((word) => text.includes(word));
  return {
    severity: level <= kafkajs.logLevel.ERROR && !isOrdinary ? "trouble" : "chatter",
    says: namespace === "" ? message : `${namespace}: ${message}`,
    fields,
  };
}
