import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { Heartbeat, type HeartbeatConfig } from "../../services/notify/heartbeat.ts";
import { answer, Receiver } from "./deliver/receiver.ts";

const MINUTE_MS = 60_000;

let receiver: Receiver;
let port: number;
beforeEach(async () => {
  receiver = new Receiver();
  port = await receiver.listen();
});
afterEach(() => receiver.close());

class World {
  readonly clock = new ManualClock(1_000_000);
  readonly told: string[] = [];
  readonly deaths: unknown[] = [];
  hop: "input" | "notify" | null = null;
  readonly heartbeat: Heartbeat<"input" | "notify">;

  constructor(over: Partial<HeartbeatConfig> = {}) {
    this.heartbeat = new Heartbeat({
      config: {
        name: "alive",
        url: `http://127.0.0.1:${port}/ping/abc`,
        method: "get",
        authorization: null,
        timeoutMs: 10_000,
        allow: ["127.0.0.1"],
        tls: null,
        ...over,
      },
      clock: this.clock,
      events: {
        heartbeatSent: (sink) => void this.told.push(`sent ${sink}`),
        heartbeatWithheld: (sink, hop) => void this.told.push(`withheld ${sink} ${hop}`),
        heartbeatFailed: (sink, reason) => void this.told.push(`failed ${sink} ${reason}`),
      },
      stillHop: () => this.hop,
    });
    this.heartbeat.start({ died: (reason) => void this.deaths.push(reason) });
  }

  async minute(): Promise<void> {
    const before = this.told.length;
    this.clock.advance(MINUTE_MS);
    for (let round = 0; this.told.length === before && round < 5_000; round++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe("a heartbeat", () => {
  it("fires each minute while all moves, and stays away while something does not", async () => {
    let asked = "";
    receiver.behave = (response, { method, url }) => {
      asked = `${method} ${url}`;
      answer(200, {}, "OK")(response, {} as never);
    };
    const world = new World();
    await world.minute();
    await world.minute();
    world.hop = "notify";
    await world.minute();
    world.hop = null;
    await world.minute();
    const sent = "sent alive";
    expect(world.told).toEqual([sent, sent, "withheld alive notify", sent]);
    expect(receiver.received).toHaveLength(3);
    expect(asked).toBe("GET /ping/abc");
    expect(receiver.received[0]!.body).toBe("");
    await world.heartbeat.stop();
    expect(world.deaths).toEqual([]);
  });

  it("says that the switch does not answer, and tries again the next minute", async () => {
    const world = new World({ method: "post" });
    receiver.behave = answer(503);
    await world.minute();
    receiver.behave = answer(302, { location: "http://127.0.0.1/other" });
    await world.minute();
    receiver.behave = answer(204);
    await world.minute();
    expect(world.told).toEqual([
      "failed alive server_error",
      "failed alive redirect",
      "sent alive",
    ]);
    await world.heartbeat.stop();
  });

  it("sends what it must show, and nothing to a network it may not reach", async () => {
    const authorization = { reveal: () => "Bearer s3cret" };
    const world = new World({ method: "post", authorization });
    await world.minute();
    expect(receiver.received[0]!.headers).toMatchObject({
      authorization: "Bearer s3cret",
      "content-length": "0",
    });
    await world.heartbeat.stop();
    const fenced = new World({ allow: [] });
    await fenced.minute();
    expect(fenced.told).toEqual(["failed alive forbidden_address"]);
    await fenced.heartbeat.stop();
  });

  it("ends at once while a request hangs", async () => {
    receiver.behave = () => {};
    const world = new World();
    world.clock.advance(MINUTE_MS);
    for (let round = 0; receiver.connections === 0 && round < 5_000; round++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await world.heartbeat.stop();
    expect(world.told).toEqual([]);
  });
});
