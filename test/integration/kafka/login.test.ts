import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { wallClock } from "../../../lib/process/clock.ts";
import type { KafkaLogin } from "../../../lib/stream/kafka-client.ts";
import { KafkaLog } from "../../../lib/stream/kafka.ts";
import { OauthToken } from "../../../lib/stream/oauth-token.ts";
import { PLAIN, record, texts } from "../../contract/stream-harness.ts";
import { connectionTo } from "../../support/kafka-client.ts";
import { freePorts, type JarCluster, missingForJars, startJars } from "../../support/kafka-jars.ts";
import { skipVisibly } from "../../support/skip-visibly.ts";

const STARTS_WITHIN_MS = 120_000;
const VECTORS = new URL("../../vectors/tls/", import.meta.url);
const pem = (name: string) => readFileSync(new URL(name, VECTORS), "utf8");
const missing = typeof inject("kafka") === "string" ? "no Kafka" : missingForJars();
const password = { reveal: () => "kelp" };

describe("a cluster that asks who is there", () => {
  let cluster: JarCluster;
  let folder: string;
  let address: string;
  let tokens: Server;
  let tokenUrl: string;
  beforeAll(async () => {
    if (missing !== null) return;
    folder = mkdtempSync(join(tmpdir(), "tidegauge-login-"));
    const [plain, controller, secure] = await freePorts(3);
    address = `localhost:${secure}`;
    const keystore = join(folder, "server.pem");
    writeFileSync(keystore, pem("listener.key") + pem("listener.pem") + pem("ca.pem"));
    cluster = await startJars(
      1,
      {
        "controller.quorum.voters": `1@127.0.0.1:${controller}`,
        listeners: [
          `PLAINTEXT://127.0.0.1:${plain}`,
          `CONTROLLER://127.0.0.1:${controller}`,
          `SECURE://127.0.0.1:${secure}`,
        ].join(","),
        "advertised.listeners": `PLAINTEXT://127.0.0.1:${plain},SECURE://localhost:${secure}`,
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map":
          "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": keystore,
        [`${LISTENER}.sasl.enabled.mechanisms`]: "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
        ...jaasOf("plain", "plain.PlainLoginModule", 'user_fleet="kelp"'),
        ...jaasOf("scram-sha-256", "scram.ScramLoginModule"),
        ...jaasOf("scram-sha-512", "scram.ScramLoginModule"),
        ...jaasOf("oauthbearer", "oauthbearer.OAuthBearerLoginModule", UNSECURED),
      },
      ["256", "512"].map((size) => `SCRAM-SHA-${size}=[name=fleet,password=kelp]`),
    );
    tokens = createServer((request, response) => {
      const isKnown = request.headers.authorization === `Basic ${btoa("fleet:kelp")}`;
      response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(isKnown ? { access_token: unsigned(), expires_in: 600 } : {}));
    });
    await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve));
    const at = tokens.address();
    tokenUrl = `http://127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}/token`;
  }, STARTS_WITHIN_MS);
  afterAll(async () => {
    tokens?.close();
    await cluster?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const open = (login: KafkaLogin | null) =>
    KafkaLog.open({
      connection: connectionTo([address], {
        tls: { ca: [pem("ca.pem")], servername: "localhost" },
        login,
        retries: 1,
      }),
      clock: wallClock,
      replication: null,
    });
  const oauth = (secret: string): KafkaLogin => {
    const options = { tokenUrl, username: "fleet", scope: null, clock: wallClock };
    const token = new OauthToken({ ...options, password: { reveal: () => secret } });
    return { mechanism: "oauthbearer", token: () => token.get() };
  };

  it.for(["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"] as const)(
    "lets in by %s over TLS, and not with a wrong password",
    async (mechanism, context) => {
      if (missing !== null) skipVisibly(context, missing);
      const user = { username: "fleet" };
      const login = mechanism === "oauthbearer" ? oauth("kelp") : { ...user, mechanism, password };
      const log = await open(login);
      const topic = { ...PLAIN, name: `by-${mechanism}` };
      await log.ensureTopics([topic]);
      await log.append(topic.name, 0, [record("in")]);
      const slice = await log.read({ topic: topic.name, partition: 0, offset: 0 }, 1_000);
      expect(texts(slice.records)).toEqual(["in"]);
      await log.close();

      const wrong =
        mechanism === "oauthbearer"
          ? oauth("weed")
          : { ...user, mechanism, password: { reveal: () => "weed" } };
      await expect(open(wrong)).rejects.toMatchObject({ code: "login_refused", retriable: false });
    },
  );
});

const LISTENER = "listener.name.secure";
const UNSECURED = 'unsecuredLoginStringClaim_sub="broker"';

function jaasOf(mechanism: string, module: string, options = ""): Record<string, string> {
  const text = `org.apache.kafka.common.security.${module} required ${options};`;
  return { [`${LISTENER}.${mechanism}.sasl.jaas.config`]: text };
}

/** What a broker takes that was told to believe unsigned tokens (RFC 7519 section 6). */
function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const claims = { sub: "fleet", iat: nowSeconds, exp: nowSeconds + 600 };
  return `${part({ alg: "none" })}.${part(claims)}.`;
}
