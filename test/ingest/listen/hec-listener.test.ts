import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../../services/ingest/limits.ts";
import type { HecListener } from "../../../services/ingest/listen/hec-listener.ts";
import { CHANNEL, hecWorld, TLS_FOLDER, TOKEN, type Asked } from "./hec-world.ts";
import { batchesOf, connect, limitLine, linesOf, rejectedOf, until } from "./listen-world.ts";

const LIMITING = "Limiting tcp reset response from 422 to 192 packets/sec";
const SUCCESS = { text: "Success", code: 0 };
const event = (host: string, more: object = {}) =>
  JSON.stringify({ time: 1_795_163_400.5, host, event: `kernel: ${LIMITING}`, ...more });

const RULES = { domains: ["example.org"], aliases: new Map() };
const running: HecListener[] = [];
const world = async (over: Parameters<typeof hecWorld>[0] = {}) => {
  const made = await hecWorld(over);
  running.push(made.input);
  return made;
};

afterEach(async () => {
  for (const input of running.splice(0)) await input.stop();
});

describe("Splunk HEC: what is taken", () => {
  it("keeps each event as it came, and says success when it is in the log", async () => {
    const { log, ask } = await world();
    const events = [event("a1-1"), event("a1-2", { fields: { site: "a1" } })];
    const { status, body, headers } = await ask({ body: events.join("") });
    expect(linesOf(log)).toEqual(events);
    expect([status, body]).toEqual([200, SUCCESS]);
    expect(headers["content-type"]).toBe("application/json; charset=UTF-8");
    expect(batchesOf(log)[0]).toMatchObject({ input: "hec", host: null });
    expect(batchesOf(log)[0]!.segments[0]).toMatchObject({ trust: "connected" });
  });

  it.each<[string, string[]]>([
    ["/services/collector", [event("a1-1")]],
    ["/services/collector/event/1.0", [event("a1-1"), "\n", event("a1-2"), "\r\n"]],
    ["/services/collector/event/", ["[", event("a1-1"), ",\n", event("a1-2"), "]"]],
    ["/services/collector/event", [`${event("a1-1")} [${event("a1-2")}] `, event("a1-3")]],
  ])("%s reads %j", async (path, parts) => {
    const { log, ask } = await world();
    expect((await ask({ path, body: parts.join("") })).body).toEqual(SUCCESS);
    expect(linesOf(log)).toHaveLength(parts.join("").split("Limiting").length - 1);
  });

  it("makes one line of an event that is printed over several", async () => {
    const { log, ask } = await world();
    const object = { host: "a1-1", event: { message: LIMITING, note: "a\nb" } };
    await ask({ body: JSON.stringify(object, null, 2) });
    expect(linesOf(log).map((line) => JSON.parse(line) as unknown)).toEqual([object]);
  });

  it("stores what may be ours and counts the rest", async () => {
    const { log, told, ask, input } = await world();
    const other = JSON.stringify({ event: "session opened", host: "a1-1" });
    expect((await ask({ body: other + event("a1-1") + other })).body).toEqual(SUCCESS);
    expect(linesOf(log)).toEqual([event("a1-1")]);
    await input.stop();
    running.splice(0);
    expect(told).toMatchObject({ lines: 3, dropped: 2, rejected: 0 });
  });

  it("takes raw lines as they are, and puts what the request says around them", async () => {
    const { log, ask } = await world();
    const raw = `${limitLine("a1-1")}\n${limitLine("a1-2")}\r\n`;
    const path = "/services/collector/raw";
    expect((await ask({ path, body: raw })).body).toEqual(SUCCESS);
    expect(linesOf(log)).toEqual([limitLine("a1-1"), limitLine("a1-2")]);
    await ask({ path: `${path}?host=b1-1&time=1795163400`, body: `kernel: ${LIMITING}` });
    expect(JSON.parse(linesOf(log).find((line) => line.startsWith("{"))!)).toEqual({
      time: "1795163400",
      host: "b1-1",
      event: `kernel: ${LIMITING}`,
    });
  });

  it("unpacks gzip, and keeps a connection for many requests", async () => {
    const { log, ask, told } = await world();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < 3; n++) {
      const body = gzipSync(event(`a1-${n}`));
      const headers = { "content-encoding": "gzip" };
      expect((await ask({ body, headers, agent })).body).toEqual(SUCCESS);
    }
    agent.destroy();
    expect(linesOf(log)).toHaveLength(3);
    expect(told.of("connectionOpened")).toHaveLength(1);
  });

  it("sends the body only when it was told to, where it asked first", async () => {
    const { log, port } = await world();
    const socket = await connect(port);
    const body = event("a1-1");
    const head = (token: string) =>
      `POST /services/collector HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n` +
      `authorization: Splunk ${token}\r\ncontent-length: ${body.length}\r\n\r\n`;
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.write(head(TOKEN));
    await until(() => said.includes("100 Continue"));
    socket.write(body);
    await until(() => said.includes('"code":0'));
    expect(linesOf(log)).toEqual([body]);
    socket.write(head("wrong"));
    await once(socket, "close");
    expect(said).toContain('"code":4');
  });
});

describe("Splunk HEC: its answers", () => {
  const wrong = (code: number, text: string, number?: number) =>
    number === undefined ? { text, code } : { text, code, "invalid-event-number": number };
  const basic = (login: string) => `Basic ${Buffer.from(login).toString("base64")}`;

  it.each<[Asked, number, object]>([
    [{ authorization: null }, 401, wrong(2, "Token is required")],
    [{ authorization: "Splunk" }, 401, wrong(3, "Invalid authorization")],
    [{ authorization: `Bearer ${TOKEN}` }, 401, wrong(3, "Invalid authorization")],
    [{ authorization: "Splunk nobody" }, 403, wrong(4, "Invalid token")],
    [{ authorization: `Splunk ${TOKEN}x` }, 403, wrong(4, "Invalid token")],
    [{ authorization: basic(`x:${TOKEN}`) }, 200, SUCCESS],
    [{ authorization: basic(`${TOKEN}:x`) }, 403, wrong(4, "Invalid token")],
    [
      { authorization: null, path: `/services/collector?token=${TOKEN}` },
      400,
      wrong(16, "Query string authorization is not enabled"),
    ],
    [{ body: "" }, 400, wrong(5, "No data")],
    [{ body: " \n" }, 400, wrong(5, "No data")],
    [{ body: "", path: "/services/collector/raw" }, 400, wrong(5, "No data")],
    [{ body: "hello" }, 400, wrong(6, "Invalid data format", 0)],
    [{ body: `${event("a")}{"event":` }, 400, wrong(6, "Invalid data format", 1)],
    [{ body: `[${event("a")}` }, 400, wrong(6, "Invalid data format", 1)],
    [{ body: `[${event("a")} ${event("b")}]` }, 400, wrong(6, "Invalid data format", 1)],
    [{ body: '{"event":"a",}' }, 400, wrong(6, "Invalid data format", 0)],
    [{ body: `${event("a")}{"host":"b"}` }, 400, wrong(12, "Event field is required", 1)],
    [{ body: '{"event":""}' }, 400, wrong(13, "Event field cannot be blank", 0)],
    [{ body: '{"event":"a","fields":1}' }, 400, wrong(15, "Error in handling indexed fields", 0)],
    [{ path: "/services/collector/ack" }, 400, wrong(14, "ACK is disabled")],
    [{ headers: { "x-splunk-request-channel": "7" } }, 400, wrong(11, "Invalid data channel")],
    [{ path: "/services/collector/health", method: "GET" }, 200, wrong(17, "HEC is healthy")],
    [{ path: "/services/collector/health/1.0", method: "GET" }, 200, wrong(17, "HEC is healthy")],
    [{ method: "GET" }, 405, wrong(405, "Method Not Allowed")],
    [
      { path: "/services/collectors" },
      404,
      wrong(404, "The requested URL was not found on this server."),
    ],
    [{ path: "/services/collector/constructor" }, 404, { code: 404 }],
    [{ headers: { "content-encoding": "br" } }, 415, wrong(6, "Unsupported content encoding")],
    [{ headers: { "content-encoding": "gzip" }, body: "no" }, 400, wrong(6, "Invalid data format")],
  ])("%j is answered with %i %j", async (asked, status, body) => {
    const { ask, told } = await world();
    const answer = await ask({ body: event("a1-1"), ...asked });
    expect(answer).toMatchObject({ status, body });
    expect(told.of("requestAnswered")).toHaveLength(1);
  });

  it("takes what stands before the event that is bad, and keeps the bad one's bytes", async () => {
    const { log, ask } = await world();
    await ask({ body: `${event("a1-1")}{"event": nonsense}${event("a1-2")}` });
    expect(linesOf(log)).toEqual([event("a1-1"), '{"event": nonsense}']);
  });

  it("takes a token from the query only where that is asked for", async () => {
    const { ask } = await world({ queryToken: true });
    const path = `/services/collector?token=${TOKEN}`;
    expect((await ask({ authorization: null, path, body: event("a") })).body).toEqual(SUCCESS);
    const bad = await ask({ authorization: null, path: `${path}x`, body: event("a") });
    expect(bad.body).toEqual(wrong(4, "Invalid token"));
  });

  it("cuts off a gzip body that ends too early", async () => {
    const { log, ask } = await world();
    const body = gzipSync(event("a1-1")).subarray(0, -9);
    const { status } = await ask({ body, headers: { "content-encoding": "gzip" } });
    expect(status).toBe(400);
    expect(linesOf(log)).toEqual([]);
  });
});

describe("Splunk HEC: acknowledgement", () => {
  const headers = { "x-splunk-request-channel": CHANNEL };
  const path = "/services/collector/ack";

  it("is true only when the lines are in the log, and stays true", async () => {
    let isStalled = true;
    const faults = { onAppend: () => (isStalled ? ("refused" as const) : ("none" as const)) };
    const { ask, log } = await world({ ack: true, faults });
    const first = (await ask({ headers, body: event("a1-1") })).body as { ackId: number };
    const second = (await ask({ headers, body: event("a1-2") })).body as { ackId: number };
    expect(first).toEqual({ ...SUCCESS, ackId: expect.any(Number) as number });
    expect(second.ackId).toBe(first.ackId + 1);
    const poll = async (ids: readonly number[]) =>
      (await ask({ path, headers, body: JSON.stringify({ acks: ids }) })).body;
    const ids = [first.ackId, second.ackId];
    const all = (isStored: boolean) => ({
      acks: Object.fromEntries(ids.map((id) => [id, isStored])),
    });
    expect(await poll(ids)).toEqual(all(false));
    isStalled = false;
    await until(() => linesOf(log).length === 2);
    // The receipt follows the append a moment later.
    while (JSON.stringify(await poll(ids)) !== JSON.stringify(all(true)));
    expect(await poll(ids)).toEqual(all(true));
    expect(await poll([0, 1.5, first.ackId + 2])).toEqual({
      acks: { "0": false, "1.5": false, [first.ackId + 2]: false },
    });
  });

  it("needs a channel, and keeps channels and tokens apart", async () => {
    const tokens = ["one", "two"].map((name) => ({ name, value: { reveal: () => name } }));
    const { ask } = await world({ ack: true, tokens });
    const as = (token: string, asked: Asked) => ask({ ...asked, authorization: `Splunk ${token}` });
    expect((await as("one", { body: event("a1-1") })).body).toEqual({
      text: "Data channel is missing",
      code: 10,
    });
    const { ackId } = (await as("one", { headers, body: event("a1-1") })).body as { ackId: number };
    const body = JSON.stringify({ acks: [ackId] });
    const isStored = async (token: string, asked: Asked) =>
      ((await as(token, { body, ...asked })).body as { acks: object }).acks;
    await expect
      .poll(() => isStored("one", { path: `${path}?channel=${CHANNEL.toLowerCase()}` }))
      .toEqual({ [ackId]: true });
    expect(await isStored("two", { path, headers })).toEqual({ [ackId]: false });
  });

  it("never gives an id twice: one of an earlier life is not stored", async () => {
    const before = await world({ ack: true });
    const { ackId } = (await before.ask({ headers, body: event("a1-1") })).body as {
      ackId: number;
    };
    const { ask } = await world({ ack: true });
    const later = (await ask({ headers, body: event("a1-2") })).body as { ackId: number };
    expect(later.ackId).toBeGreaterThan(ackId);
    const answer = await ask({ path, headers, body: JSON.stringify({ acks: [ackId] }) });
    expect(answer.body).toEqual({ acks: { [ackId]: false } });
  });

  it.each(["[]", '{"acks":["x"]}', "no"])("refuses the poll %j", async (body) => {
    const { ask } = await world({ ack: true });
    expect((await ask({ path, headers, body })).body).toMatchObject({ code: 6 });
  });
});

describe("Splunk HEC: more than fits", () => {
  it("says busy while the log takes nothing, holds no more, and goes on when it does", async () => {
    let isStalled = true;
    const faults = { onAppend: () => (isStalled ? ("refused" as const) : ("none" as const)) };
    const { ask, log } = await world({ ack: true, faults });
    const headers = { "x-splunk-request-channel": CHANNEL };
    const body = event("a1-1", { event: `kernel: ${LIMITING}` }).repeat(6_000);
    let taken = 0;
    const asked = async () => (await ask({ headers, body })).body as { code: number };
    for (let answer = await asked(); answer.code === 0; answer = await asked()) taken += 1;
    expect(taken).toBeGreaterThan(2);
    expect(await asked()).toEqual({ text: "Server is busy", code: 9 });
    expect((await ask({ path: "/services/collector/health", method: "GET" })).body).toEqual({
      text: "HEC is unhealthy, queues are full",
      code: 18,
    });
    isStalled = false;
    await until(() => linesOf(log).length === taken * 6_000);
    expect((await asked()).code).toBe(0);
  });

  it("refuses 200 MB at once and reads none of it into memory", async () => {
    const { ask, input } = await world();
    const body = Buffer.alloc(200 * 1024 * 1024, 0x20);
    const announced = await ask({ body }).catch(() => null);
    if (announced !== null) expect(announced.body).toEqual(TOO_LARGE);
    expect(input.heldBytes).toBe(0);
    expect((await ask({ body: event("a1-1") })).body).toEqual(SUCCESS);
  });

  it("refuses it too where nothing announces it", async () => {
    const { port, input } = await world();
    const socket = await connect(port);
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.write(
      `POST /services/collector HTTP/1.1\r\nhost: x\r\nauthorization: Splunk ${TOKEN}\r\n` +
        "transfer-encoding: chunked\r\n\r\n",
    );
    const chunk = Buffer.from(`100000\r\n${" ".repeat(1024 * 1024)}\r\n`);
    while (!said.includes("code") && !socket.destroyed) {
      if (!socket.write(chunk)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
      expect(input.heldBytes).toBeLessThanOrEqual(LIMITS.bodyBytesMax + chunk.length);
    }
    expect(said).toContain('"code":27');
    socket.destroy();
    await until(() => input.heldBytes === 0);
  });

  it("stops unpacking where a small body becomes a large one", async () => {
    const { ask, input } = await world();
    const body = gzipSync(Buffer.alloc(LIMITS.unpackedBytesMax * 4, 0x20));
    const answer = await ask({ body, headers: { "content-encoding": "gzip" } });
    expect(answer).toMatchObject({ status: 413, body: TOO_LARGE });
    expect(input.heldBytes).toBe(0);
  });

  it("hangs up on who drips, and serves the others", async () => {
    const { port, ask, told } = await world({ requestWithinMs: 200 });
    const dripping = ["POST /services/collector HTTP/1.1\r\nx: ", body()].map((start) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.on("error", () => {}).resume();
      socket.write(start);
      return socket;
    });
    expect((await ask({ body: event("a1-1") })).body).toEqual(SUCCESS);
    await Promise.all(dripping.map((socket) => once(socket, "close")));
    await until(() => told.of("connectionClosed").length >= 2);
    const reasons = told.of("connectionClosed").map(([, reason]) => reason);
    expect(reasons.filter((reason) => reason === "frame_unfinished")).toHaveLength(2);

    function body(): string {
      const head = `POST /services/collector HTTP/1.1\r\nhost: x\r\nauthorization: Splunk ${TOKEN}`;
      return `${head}\r\ncontent-length: 400\r\n\r\n{"event":`;
    }
  });

  it("keeps an event that is larger than a record as a reject", async () => {
    const { ask, log } = await world();
    const body = JSON.stringify({ event: `kernel: ${LIMITING}`, pad: "x".repeat(950_000) });
    expect((await ask({ body })).body).toEqual(SUCCESS);
    expect(rejectedOf(log)).toMatchObject([
      { reason: "line_too_long", originalBytes: body.length },
    ]);
  });

  it("answers what it works on before it stops, and refuses what comes then", async () => {
    const { ask, input, log } = await world();
    const answers = Promise.all(
      Array.from({ length: 20 }, (_, n) => ask({ body: event(`a1-${n}`) })),
    );
    await until(() => input.openConnections === 20);
    await input.stop();
    running.splice(0);
    const codes = (await answers).map(({ body }) => (body as { code: number }).code);
    expect(linesOf(log)).toHaveLength(codes.filter((code) => code === 0).length);
    await expect(ask({ body: event("a1-1") })).rejects.toThrow("ECONNREFUSED");
  });

  const TOO_LARGE = { text: "Request entity too large", code: 27 };
});

describe("Splunk HEC over TLS", () => {
  const tls = (clientCaPath: string | null) => ({
    certPath: `${TLS_FOLDER}listener.pem`,
    keyPath: `${TLS_FOLDER}listener.key`,
    clientCaPath,
  });

  it("speaks it", async () => {
    const { ask, log, told } = await world({ tls: tls(null) });
    expect((await ask({ body: event("a1-1") })).body).toEqual(SUCCESS);
    expect(linesOf(log)).toHaveLength(1);
    expect(told.of("connectionOpened")[0]).toEqual(["hec", "https", 1]);
  });

  it("lets a client certificate speak for its own names only", async () => {
    const { ask, log } = await world({ tls: tls(`${TLS_FOLDER}ca.pem`), rules: RULES });
    const client = "fra1-web-001";
    await ask({ client, body: event("fra1-web-001") + event("victim") });
    expect(linesOf(log)).toEqual([event("fra1-web-001")]);
    expect(rejectedOf(log)).toMatchObject([{ reason: "foreign_host" }]);
    expect(batchesOf(log)[0]!.segments[0]!.trust).toBe("authenticated");
    await expect(ask({ body: event("a1-1") })).rejects.toThrow();
  });

  it("refuses to start without its files", async () => {
    const certPath = `${TLS_FOLDER}missing.pem`;
    await expect(hecWorld({ tls: { ...tls(null), certPath } })).rejects.toMatchObject({
      code: "tls_unusable",
    });
  });
});
