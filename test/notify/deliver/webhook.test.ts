import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../../lib/config/secret.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import {
  webhookKey,
  webhookSignature,
} from "../../../services/notify/deliver/webhook-signature.ts";
import type { WebhookConfig } from "../../../services/notify/deliver/webhook.ts";
import { WebhookSink } from "../../../services/notify/deliver/webhook.ts";
import { LIMITS } from "../../../services/notify/limits.ts";
import { describeSink, noticeOf } from "../../contract/sink.ts";
import { incident } from "../incidents.ts";
import { answer, Receiver } from "./receiver.ts";

const NEVER = new AbortController().signal;
const LOOPBACK = ["127.0.0.0/8", "::1"];
const SECRET = new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const tlsFile = (name: string) => new URL(`../../vectors/tls/${name}`, import.meta.url).pathname;

let receiver = new Receiver();
let port = 0;

function sinkTo(url: string, over: Partial<WebhookConfig> = {}): WebhookSink {
  const config = {
    name: "hook",
    url,
    secret: null,
    previousSecret: null,
    authorization: null,
    timeoutMs: 2_000,
    allow: LOOPBACK,
    tls: null,
    ...over,
  };
  return new WebhookSink(config, wallClock);
}

const here = (over: Partial<WebhookConfig> = {}) => sinkTo(`http://127.0.0.1:${port}/hook`, over);

describeSink("webhook", {
  open: async () => {
    receiver = new Receiver();
    port = await receiver.listen();
    return here();
  },
  received: async () => receiver.received.map(({ body }) => JSON.parse(body) as unknown),
  break: () => receiver.close(),
  mend: async () => void (await receiver.listen(port)),
  close: async (sink) => {
    await sink.close();
    await receiver.close();
  },
});

describe("a webhook", () => {
  beforeEach(async () => {
    receiver = new Receiver();
    port = await receiver.listen();
  });
  afterEach(() => receiver.close());

  test("carries what a receiver tells repetitions and forgeries by", async () => {
    const previous = new Secret(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
    const authorization = new Secret("Bearer abc");
    const sink = here({ secret: SECRET, previousSecret: previous, authorization });
    await sink.open();
    const notice = noticeOf(1);
    await sink.deliver(notice, NEVER);
    await sink.deliver(notice, NEVER);
    const [first, second] = receiver.received;
    const { headers, body } = first!;
    expect(headers).toMatchObject({
      "webhook-id": notice.key,
      "content-type": "application/json",
      authorization: "Bearer abc",
      "tidegauge-notice": "page",
    });
    const seconds = Number(headers["webhook-timestamp"]);
    expect(Math.abs(Date.now() / 1_000 - seconds)).toBeLessThan(60);
    const keys = [SECRET, previous].map((secret) => webhookKey(secret.reveal(), "hook"));
    expect(headers["webhook-signature"]).toBe(webhookSignature(keys, notice.key, seconds, body));
    expect(notice.key).not.toContain(".");
    expect(second?.headers["webhook-id"]).toBe(notice.key);
    expect(second?.body).toBe(body);
  });

  test.each([
    [400, "answered"],
    [404, "answered"],
    [410, "answered"],
    [500, "answered"],
    [200, "taken"],
    [201, "taken"],
    [204, "taken"],
  ])("tells what was answered: %i is %s", async (status, type) => {
    receiver.behave = answer(status, {}, status === 204 ? "" : "no such  hook\r\n");
    const result = await here().deliver(noticeOf(1), NEVER);
    expect(result).toMatchObject({ type, httpStatus: status });
    if (result.type === "answered") expect(result.said).toBe("no such hook");
  });

  test("hands Retry-After on", async () => {
    receiver.behave = answer(429, { "retry-after": "120" });
    const result = await here().deliver(noticeOf(1), NEVER);
    expect(result).toMatchObject({ type: "answered", httpStatus: 429, retryAfter: "120" });
  });

  test("follows no redirect", async () => {
    const sentinel = new Receiver();
    const there = await sentinel.listen();
    for (const status of [301, 302, 307, 308]) {
      receiver.behave = answer(status, { location: `http://127.0.0.1:${there}/` });
      const result = await here().deliver(noticeOf(1), NEVER);
      expect(result).toMatchObject({ type: "answered", httpStatus: status });
    }
    expect([sentinel.connections, receiver.connections]).toEqual([0, 4]);
    await sentinel.close();
  });

  test("that never answers is left at the deadline", async () => {
    receiver.behave = () => {};
    const result = await here({ timeoutMs: 100 }).deliver(noticeOf(1), NEVER);
    expect(result).toMatchObject({ type: "troubled", trouble: "deadline" });
  });

  test("that hangs after its status, or drips, counts by its status", async () => {
    for (const [status, type] of [
      [200, "taken"],
      [500, "answered"],
    ] as const) {
      receiver.behave = (response) => {
        response.writeHead(status);
        const drip = setInterval(() => response.write("."), 20);
        response.on("close", () => clearInterval(drip));
      };
      const result = await here({ timeoutMs: 200 }).deliver(noticeOf(1), NEVER);
      expect(result).toMatchObject({ type, httpStatus: status });
    }
  });

  test("that answers 100 MB is read as far as the limit says", async () => {
    let written = 0;
    const chunk = Buffer.alloc(65_536, "x");
    receiver.behave = (response) => {
      response.writeHead(500);
      const more = () => {
        while (written < 100e6 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    };
    const result = await here().deliver(noticeOf(1), NEVER);
    expect(result).toMatchObject({ type: "answered", httpStatus: 500 });
    if (result.type === "answered") {
      expect(result.said.length).toBeLessThanOrEqual(LIMITS.detailCharsMax);
    }
    // What the two kernels hold between them is all that is more than the limit.
    expect(written).toBeLessThan(50e6);
  });

  test("that breaks off, or speaks something else, is trouble and no more", async () => {
    receiver.behave = (response) => void response.socket?.destroy();
    const broken = await here().deliver(noticeOf(1), NEVER);
    expect(broken).toMatchObject({ type: "troubled", trouble: "unreachable" });
    receiver.behave = (response) => void response.socket?.end("SSH-2.0-OpenSSH_9.6\r\n");
    const strange = await here().deliver(noticeOf(1), NEVER);
    expect(strange).toMatchObject({ type: "troubled", trouble: "protocol" });
  });

  test("on a port where nobody listens, or with a name nobody knows", async () => {
    const gone = new Receiver();
    const closed = await gone.listen();
    await gone.close();
    for (const url of [`http://127.0.0.1:${closed}/`, "http://nobody.invalid/"]) {
      const result = await sinkTo(url).deliver(noticeOf(1), NEVER);
      expect(result.type).toBe("troubled");
    }
  });

  test("to this machine is refused unless it is listed, without a connection", async () => {
    const urls = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"].map(
      (host) => `http://${host}:${port}/`,
    );
    for (const url of urls) {
      const result = await sinkTo(url, { allow: ["10.0.0.0/8"] }).deliver(noticeOf(1), NEVER);
      expect(result).toMatchObject({ type: "troubled", trouble: "forbidden_address" });
    }
    expect(receiver.connections).toBe(0);
    const listed = await sinkTo(`http://localhost:${port}/`).deliver(noticeOf(1), NEVER);
    expect(listed).toMatchObject({ type: "taken" });
  });

  test("is cut off when the process stops", async () => {
    receiver.behave = () => {};
    const stop = new AbortController();
    const result = here().deliver(noticeOf(1), stop.signal);
    receiver.behave = () => stop.abort();
    expect(await result).toEqual({ type: "stopped" });
  });
});

describe("a webhook by TLS", () => {
  const server = {
    key: readFileSync(tlsFile("listener.key")),
    cert: readFileSync(tlsFile("listener.pem")),
  };
  const trusting = {
    caPath: tlsFile("ca.pem"),
    certPath: null,
    keyPath: null,
    serverName: "localhost",
  };
  beforeEach(async () => {
    receiver = new Receiver(server);
    port = await receiver.listen();
  });
  afterEach(() => receiver.close());

  const there = (tls: WebhookConfig["tls"]) => sinkTo(`https://127.0.0.1:${port}/`, { tls });

  test("reaches a receiver whose authority is trusted", async () => {
    expect(await there(trusting).deliver(noticeOf(1), NEVER)).toMatchObject({ type: "taken" });
    expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([incident(1)]);
  });

  test("sends nothing to a receiver that it does not trust, or that is another", async () => {
    for (const tls of [null, { ...trusting, serverName: "other.example.org" }]) {
      const result = await there(tls).deliver(noticeOf(1), NEVER);
      expect(result).toMatchObject({ type: "troubled", trouble: "tls" });
    }
    expect(receiver.received).toEqual([]);
  });

  test("says at the start what is wrong with its files and secrets", async () => {
    await expect(there({ ...trusting, caPath: "/nowhere/ca.pem" }).open()).rejects.toMatchObject({
      code: "webhook_misconfigured",
      exitCode: 78,
    });
    const secret = new Secret("not a secret");
    await expect(here({ secret }).open()).rejects.toMatchObject({ code: "webhook_secret_invalid" });
    const authorization = new Secret("Bearer a\r\nx: y");
    await expect(here({ authorization }).open()).rejects.toMatchObject({
      code: "webhook_misconfigured",
    });
  });
});
