import { connect } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HealthServer, type HealthServerOptions } from "../../../lib/process/http.ts";
import { Progress } from "../../../lib/process/progress.ts";

const servers: HealthServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const never = (reason: unknown) => expect.unreachable(String(reason));

async function serve(options: Partial<HealthServerOptions> = {}) {
  const metrics = () => Promise.resolve("tidegauge_ready 1\n");
  const server = new HealthServer({ port: 0, health: () => null, metrics, ...options });
  await server.start({ died: never });
  servers.push(server);
  const base = `http://127.0.0.1:${server.port}`;
  return { server, get: (path: string, init?: RequestInit) => fetch(base + path, init) };
}

/** What comes back on a bare connection until the server closes or resets it. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let heard = "";
    socket.on("data", (bytes) => (heard += bytes.toString("latin1")));
    socket.on("close", () => resolve(heard));
    socket.on("error", () => resolve(heard));
  });
}

describe("/healthz", () => {
  test("says that the process lives, whatever its work does", async () => {
    const { get } = await serve();
    const response = await get("/healthz");
    expect([response.status, await response.text()]).toEqual([200, "alive\n"]);
  });
});

describe("/readyz", () => {
  test("is 503 before anybody has looked", async () => {
    const { get } = await serve();
    const response = await get("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, reasons: ["starting"], sources: [] });
  });

  test("is 200 while work moves, and 503 with the reason when it does not", async () => {
    const progress = new Progress({ stuckAfterMs: 1_000, deadAfterMs: 2_000 });
    const source = progress.source("host log/0");
    source.done(5);
    let nowMs = 0;
    const { get } = await serve({ health: () => progress.look(nowMs) });
    const ready = await get("/readyz?verbose");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, reasons: [] });
    source.known(9);
    nowMs = 1_500;
    const stuck = await get("/readyz");
    expect(stuck.status).toBe(503);
    expect(await stuck.json()).toMatchObject({
      ready: false,
      reasons: ["host log/0: stands at 5 of 9 and has not moved for 1 s"],
      sources: [{ source: "host log/0", state: "stuck", done: 5, known: 9 }],
    });
  });
});

describe("/metrics", () => {
  test("is Prometheus text", async () => {
    const { get } = await serve();
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).toBe("tidegauge_ready 1\n");
  });

  test("is collected once for scrapers that come together", async () => {
    let collections = 0;
    let answer: (text: string) => void = () => {};
    const metrics = () => {
      collections += 1;
      return new Promise<string>((resolve) => (answer = resolve));
    };
    const { server } = await serve({ metrics });
    const request = "GET /metrics HTTP/1.1\r\nhost: a\r\n";
    const talking = talk(server.port ?? 0, `${request}\r\n${request}connection: close\r\n\r\n`);
    await vi.waitUntil(() => collections > 0);
    answer("a 1\n");
    expect((await talking).split("a 1\n")).toHaveLength(3);
    expect(collections).toBe(1);
  });

  test("is 500 when it cannot be collected, and that is told", async () => {
    const told: unknown[] = [];
    const metrics = () => Promise.reject(new Error("broken"));
    const { get } = await serve({ metrics, failed: (error) => told.push(error) });
    expect((await get("/metrics")).status).toBe(500);
    expect(told).toMatchObject([{ message: "broken" }]);
    expect((await get("/healthz")).status).toBe(200);
  });
});

describe("anything else", () => {
  test("is refused: other paths, other methods", async () => {
    const { get } = await serve();
    expect((await get("/")).status).toBe(404);
    expect((await get("//healthz")).status).toBe(404);
    const post = await get("/healthz", { method: "POST", body: "x" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const head = await get("/healthz", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("headers beyond the limit are refused, and the others unharmed", async () => {
    const { server, get } = await serve();
    const huge = `GET /healthz HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(20_000)}\r\n\r\n`;
    expect(await talk(server.port ?? 0, huge)).toMatch(/^HTTP\/1\.1 431 /);
    expect((await get("/healthz")).status).toBe(200);
  });

  test("connections beyond the limit are dropped, and a stop waits for none of them", async () => {
    const { server } = await serve();
    const drips = Array.from({ length: 70 }, () => talk(server.port ?? 0, "GET /heal"));
    const dropped = await Promise.race(drips);
    expect(dropped).toBe("");
    await server.stop();
    expect(await Promise.all(drips)).toHaveLength(70);
  });
});

describe("a port in use", () => {
  test("is trouble with a remedy that names the place", async () => {
    const { server } = await serve();
    const { port } = server;
    const second = new HealthServer({
      port: port ?? 0,
      health: () => null,
      metrics: () => Promise.resolve(""),
    });
    await expect(second.start({ died: never })).rejects.toMatchObject({
      code: "port_in_use",
      message: `127.0.0.1:${port} is taken`,
    });
    await second.stop();
  });
});
