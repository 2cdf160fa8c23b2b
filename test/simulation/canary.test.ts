import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { CanaryTrail } from "../../lib/process/canary-trail.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import type { Part } from "../../lib/process/parts.ts";
import { type MemoryFaults, MemoryLog } from "../../lib/stream/memory.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";
import { WATCH_METRICS } from "../../lib/telemetry/events/watch.ts";
import { INGEST_METRICS } from "../../lib/telemetry/events/ingest.ts";
import { Recorder } from "../../lib/telemetry/recorder.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import { type TopicName, topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { createDetect } from "../../services/detect/main.ts";
import { MemoryPositions } from "../../services/ingest/listen/positions.ts";
import { createIngest } from "../../services/ingest/main.ts";
import { SITE_RULE, WATCHED } from "../../sim/live/watched.ts";

const codec = new Codec(loadSchemas());
const START_MS = Date.UTC(2026, 10, 20, 8, 30, 0);
const PARTITIONS = 2;
const RULE = { ...SITE_RULE, hosts: 1, withinSeconds: 30 };
const COMMON = { realm: "", keep: "candidates" as const, zone: utcZone };

/** Ingest and detect in one process, on a log in memory and a clock that the test moves. */
class World {
  readonly clock = new ManualClock(START_MS);
  readonly faults: MemoryFaults = {};
  readonly log = new MemoryLog(this.clock, this.faults);
  readonly telemetry = new Recorder();
  readonly stdin = new PassThrough();
  readonly deaths: unknown[] = [];
  #parts: readonly Part[] = [];
  #client = this.log.connect();

  constructor() {
    for (const topic of Object.values(TOPICS)) {
      this.log.ensure({ ...topic, name: topicPath(topic.name), partitions: PARTITIONS });
    }
  }

  /** A process of its own; the log is the same. */
  async start(): Promise<this> {
    this.#client = this.log.connect();
    const { clock, telemetry } = this;
    const trail = new CanaryTrail(clock, telemetry.events.watch);
    const place = (topic: TopicName) => ({ topic: topicPath(topic), partitions: PARTITIONS });
    const shared = { log: this.#client, codec, clock, trail };
    const detect = createDetect({
      ...shared,
      ...WATCHED,
      rules: [RULE],
      events: SILENT_EVENTS,
      path: topicPath,
      partitionsOf: () => PARTITIONS,
    });
    const ingest = createIngest({
      ...shared,
      events: telemetry.events.ingest,
      lines: place("lines"),
      observations: place("observations"),
      rejected: place("rejected"),
      group: "ingest",
      inputs: [
        { ...COMMON, keep: "all", type: "stdin", name: "pipe", host: null },
        { ...COMMON, type: "file", name: "messages", path: "/nowhere", host: null, from: "end" },
      ],
      positions: new MemoryPositions(),
      connectionsMax: 1,
      rules: () => NO_IDENTITY_RULES,
      retainMs: 86_400_000,
      shipper: "test",
      stdin: this.stdin,
    });
    this.#parts = [...detect.toReversed(), ...ingest.parts];
    const died = (reason: unknown) => void this.deaths.push(reason);
    for (const part of this.#parts) {
      await part.start({ died, stopping: new AbortController().signal });
    }
    await settle();
    return this;
  }

  /** kill -9. */
  crash(): void {
    void this.#client.crash();
  }

  async run(seconds: number): Promise<this> {
    for (let step = 0; step < seconds * 4; step++) {
      this.clock.advance(250);
      await settle();
    }
    return this;
  }

  async read(topic: TopicName): Promise<readonly Uint8Array[]> {
    const path = topicPath(topic);
    const partitions = Array.from(
      { length: PARTITIONS },
      (_, partition) => this.log.slice({ topic: path, partition, offset: 0 }, Infinity).records,
    );
    return partitions.flat().flatMap(({ value }) => value ?? []);
  }

  async incidents(): Promise<Incident[]> {
    const values = await this.read("incidents");
    return values.flatMap((value) => {
      const message = decodeMessage(codec, value, ["incident"]);
      return message.ok ? [message.value] : [];
    });
  }

  /** Appends to this topic are refused, as on a full disk; `unless` lets some through. */
  block(topic: TopicName, unless: (records: readonly NewRecord[]) => boolean = () => false): void {
    this.faults.onAppend = (path, _partition, records) =>
      path === topicPath(topic) && !unless(records) ? "refused" : "none";
  }

  unblock(): void {
    this.faults.onAppend = () => "none";
  }
}

/** Until nothing happens any more without the clock. */
async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise((resolve) => setImmediate(resolve));
}

const isAboutUs = (records: readonly NewRecord[]): boolean =>
  records.every(({ value }) => {
    const message = decodeMessage(codec, value ?? new Uint8Array(), ["incident"]);
    return message.ok && message.value.rule.type === "canary";
  });

describe("canaries", () => {
  it("come through every input, and are no hosts, no lines and no incidents", async () => {
    const world = await (await new World().start()).run(90);
    const { telemetry } = world;
    for (const input of ["pipe", "messages"]) {
      expect(telemetry.counted(WATCH_METRICS.canaries, { input })).toBe(10);
      expect(telemetry.recorded(WATCH_METRICS.canarySeconds, { input }).length).toBeGreaterThan(8);
    }
    expect(Math.max(...telemetry.recorded(WATCH_METRICS.canarySeconds))).toBeLessThan(3);
    expect(telemetry.counted(INGEST_METRICS.linesRead)).toBe(0);
    expect(telemetry.counted(INGEST_METRICS.lines)).toBe(0);
    for (const value of await world.read("observations")) {
      const message = decodeMessage(codec, value, ["observation-batch"]);
      expect(message).toMatchObject({ ok: true, value: { hosts: [], host: [] } });
    }
    expect(await world.incidents()).toEqual([]);
    expect(await world.read("rejected")).toEqual([]);
    expect(world.deaths).toEqual([]);
  });

  const NOTHING = () => false;
  it.each([
    ["input", "lines", NOTHING],
    ["ingest", "observations", NOTHING],
    ["host", "tallies", NOTHING],
    ["scope", "incidents", isAboutUs],
  ] as const)("that end at %s are one incident, until they come again", async (hop, topic, but) => {
    const world = await (await new World().start()).run(20);
    world.block(topic, but);
    const line = "<13>Nov 20 08:30:18 fra1-web-001 kernel: Limiting tcp reset response from 422";
    world.stdin.write(`${line} to 192 packets/sec\n`);
    await world.run(100);
    const [first, ...others] = await world.incidents();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      kind: "silence",
      state: "confirmed",
      revision: 1,
      severity: "high",
      rule: { name: "canary", type: "canary" },
    });
    expect(first!.title).toContain("lines of 2 of 2 inputs end ");
    expect(world.telemetry.counted(WATCH_METRICS.canariesMissed, { hop })).toBe(2);
    expect(world.telemetry.counted(WATCH_METRICS.canariesMissed)).toBe(2);
    world.unblock();
    await world.run(40);
    const about = (await world.incidents()).filter(({ kind }) => kind === "silence");
    expect(about.map(({ id, revision, state }) => [id, revision, state])).toEqual([
      [first!.id, 1, "confirmed"],
      [first!.id, 2, "resolved"],
    ]);
    expect(about[1]!.closeReason).toBe("quiet_proven");
    expect((await world.incidents()).filter(({ kind }) => kind === "host_count")).not.toEqual([]);
    expect(world.deaths).toEqual([]);
  });

  it("that are missing when the process dies are one incident before and after", async () => {
    const world = await (await new World().start()).run(20);
    world.block("observations");
    await world.run(100);
    world.crash();
    world.unblock();
    await (await world.start()).run(20);
    const states = (await world.incidents()).map(({ id, revision, state }) => [
      id.slice(0, 3),
      revision,
      state,
    ]);
    expect(states).toEqual([
      ["tg-", 1, "confirmed"],
      ["tg-", 2, "resolved"],
    ]);
  });

  it("cannot be made by what strangers write, also where every line is kept", async () => {
    const world = await (await new World().start()).run(5);
    world.stdin.write(`tidegauge canary ${START_MS + 1} messages\n`);
    await world.run(2);
    expect(world.telemetry.counted(INGEST_METRICS.lines, { outcome: "drop" })).toBe(1);
    const values = await world.read("observations");
    const canaries = values.flatMap((value) => {
      const message = decodeMessage(codec, value, ["observation-batch"]);
      return message.ok ? message.value.canaries : [];
    });
    expect(canaries.map(({ sentMs }) => sentMs)).toEqual(canaries.map(() => START_MS));
  });
});
