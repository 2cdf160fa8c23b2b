import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import type { ObservationBatch } from "../../lib/domain/observation.ts";
import { observationsToFacts } from "../../lib/domain/observation-facts.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { zoneOf } from "../../lib/process/zone.ts";
import { runStep } from "../../lib/stream/run.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { linesJoin, LinesStep } from "../../services/ingest/pipeline.ts";
import { LineScanner } from "../../services/ingest/line-scanner.ts";
import {
  codec,
  limitLine,
  LINES,
  listenWorld,
  OBSERVATIONS,
  REJECTED,
  rejectedOf,
} from "./listen/listen-world.ts";

const START_MS = Date.UTC(2026, 10, 20, 8, 30, 5);
const DAY_MS = 86_400_000;
const settle = () => new Promise((resolve) => setImmediate(resolve));

function batch(lines: readonly string[], more: Partial<LineBatch> = {}): LineBatch {
  return {
    input: "edge",
    realm: "",
    host: null,
    shipper: "test",
    segments: [
      { lines: lines.length, arrivalMs: START_MS, peer: "192.0.2.7:514", trust: "connected" },
    ],
    bytes: Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1"),
    ...more,
  };
}

function pipeline() {
  const clock = new ManualClock(START_MS);
  const made = listenWorld({}, clock);
  const { log, told } = made;
  const client = log.connect();
  const step = new LinesStep({
    log: client,
    codec,
    clock,
    events: told.events,
    group: "ingest",
    lines: LINES,
    observations: OBSERVATIONS,
    rejected: REJECTED,
    zones: new Map([["berlin", zoneOf("Europe/Berlin")]]),
    rules: () => NO_IDENTITY_RULES,
    retainMs: DAY_MS,
  });
  const abort = new AbortController();
  const join = linesJoin("ingest", LINES.topic);
  const ended = runStep({ log: client, clock, join, step, stop: abort.signal });
  const put = (value: LineBatch | Uint8Array, partition = 0) =>
    log.append(LINES.topic, partition, [
      {
        key: null,
        value: value instanceof Uint8Array ? value : encodeMessage(codec, "line-batch", value),
      },
    ]);
  const observations = (partition: number): readonly ObservationBatch[] =>
    log
      .slice({ topic: OBSERVATIONS.topic, partition, offset: 0 }, Infinity)
      .records.map(({ value }) => {
        const message = decodeMessage(codec, value!, ["observation-batch"]);
        if (!message.ok) throw new Error(message.detail);
        return message.value;
      });
  const all = () => [0, 1, 2, 3].flatMap(observations);
  const stop = async () => {
    abort.abort();
    await settle();
    clock.advance(1_000);
    await ended;
  };
  return { ...made, clock, step, put, observations, all, stop };
}

/** Rows as a reader sees them. */
function rowsOf(batches: readonly ObservationBatch[]) {
  return batches.flatMap((each) =>
    Array.from({ length: each.host.length }, (_, row) => ({
      host: each.hosts[each.host[row]!]!.name,
      time: formatTime(each.timeMs[row]!),
      offered: each.offered[row]!,
      suppressed: each.suppressed[row]!,
      trust: each.trust[row]!,
      timeSource: each.timeSource[row]!,
      lateMs: each.arrivalLateMs[row]!,
      at: `${each.origins[each.origin[row]!]}#${each.line[row]}`,
    })),
  );
}

describe("lines to observations", () => {
  it("publishes each host to its own partition, with where, when and what to trust", async () => {
    const { put, observations, all, stop } = pipeline();
    put(
      batch([limitLine("fra1-web-001"), "<13>Nov 20 08:30:00 x sshd: y", limitLine("ams1-db-9")]),
    );
    await settle();
    await stop();
    expect(rowsOf(all()).sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual([
      {
        host: "fra1-web-001",
        time: "2026-11-20T08:30:00.000Z",
        offered: 422,
        suppressed: 230,
        trust: 1,
        timeSource: 0,
        lateMs: 5_000,
        at: "lines/0@0#1",
      },
      expect.objectContaining({ host: "ams1-db-9", at: "lines/0@0#3" }),
    ]);
    for (const partition of [0, 1, 2, 3]) {
      for (const { host } of rowsOf(observations(partition))) {
        expect(partitionOf(`/${host}`, OBSERVATIONS.partitions)).toBe(partition);
      }
    }
  });

  it("takes years and beliefs from the stamp of the record alone", async () => {
    const { put, all, stop } = pipeline();
    const at = (head: string) => limitLine("a1").replace("Nov 20 08:30:00", head);
    const lying = [{ lines: 3, arrivalMs: 5, peer: null, trust: "unverified" as const }];
    put(
      batch([at("Nov 20 08:29:58"), at("Nov 20 09:00:00"), at("Sep 20 08:30:00")], {
        segments: lying,
      }),
    );
    await settle();
    await stop();
    expect(rowsOf(all()).map(({ time, timeSource }) => [time, timeSource])).toEqual([
      ["2026-11-20T08:29:58.000Z", 0],
      ["2026-11-20T08:30:05.000Z", 2],
      ["2026-11-20T08:30:05.000Z", 2],
    ]);
  });

  it("rejects what is older than `retain` at its arrival, and keeps it", async () => {
    const { log, put, all, stop, told } = pipeline();
    const late = limitLine("a1").replace("Nov 20", "Nov 19");
    put(
      batch([
        late,
        late.replace("08:30:00", "08:30:06"),
        limitLine("a1").replace("Nov 20", "Nov 18"),
      ]),
    );
    await settle();
    await stop();
    expect(rowsOf(all())).toHaveLength(1);
    expect(rejectedOf(log).map(({ reason, at }) => [reason, at])).toEqual([
      ["too_late", "lines/0@0#1"],
      ["too_late", "lines/0@0#3"],
    ]);
    expect(Buffer.from(rejectedOf(log)[0]!.bytes).toString()).toBe(late);
    expect(told).toMatchObject({ passed: 1, rejected: 2 });
  });

  it("reads times in the zone of their input", async () => {
    const { put, all, stop } = pipeline();
    const line = limitLine("a1").replace("08:30:00", "09:30:00");
    put(batch([line], { input: "berlin" }));
    await settle();
    await stop();
    expect(rowsOf(all())[0]!.time).toBe("2026-11-20T08:30:00.000Z");
  });

  it("gives a line without a host to the batch's host, else to the sender's address", async () => {
    const { put, all, stop } = pipeline();
    const bare =
      "<13>Nov 20 08:30:00 kernel: Limiting tcp reset response from 422 to 192 packets/sec";
    put(batch([bare]));
    put(batch([bare], { host: "FRA1-web-001." }));
    await settle();
    await stop();
    expect(new Set(rowsOf(all()).map(({ host }) => host))).toEqual(
      new Set(["192.0.2.7", "fra1-web-001"]),
    );
  });

  it("keeps a record that is none of ours, and goes on behind it", async () => {
    const { log, put, all, told, stop } = pipeline();
    put(Buffer.from("plain text"));
    put(batch([limitLine("a1")]));
    await settle();
    await stop();
    expect(rejectedOf(log)).toMatchObject([{ reason: "not_avro", at: "lines/0@0#1" }]);
    expect(told.of("recordRejected")).toEqual([["", "not_avro", "lines/0@0"]]);
    expect(rowsOf(all())).toHaveLength(1);
    expect(log.committedOffset("ingest", "lines", 0)).toBe(2);
  });

  it("splits what does not fit into one record, and keeps every row", async () => {
    const { put, all, stop } = pipeline();
    const lines = Array.from({ length: 600 }, (_, n) => limitLine(`a1-${n}`, 500 + n));
    for (let block = 0; block < 60; block++) put(batch(lines));
    await settle();
    await stop();
    const rows = rowsOf(all());
    expect(rows).toHaveLength(36_000);
    expect(new Set(rows.map(({ at }) => at)).size).toBe(36_000);
  });

  it("counts every line once, whatever the bytes: in = pass + drop + reject", async () => {
    const words = fc.constantFrom(
      limitLine("a1-7"),
      "kernel: Limiting icmp ping",
      '{"type":"line","host":"h","text":"Limiting',
      '[{"message":"x"},{"message":"y"}]',
      "\0",
      "\r",
      "<13>",
      "\xff\xfe",
      "x".repeat(9_000),
    );
    const line = fc
      .array(fc.oneof(words, fc.string({ unit: "binary-ascii" })), { maxLength: 4 })
      .map((parts) => parts.join(" ").replaceAll("\n", ""));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), async (lines) => {
        const { put, told, log, stop } = pipeline();
        put(batch(lines));
        await settle();
        await stop();
        const { passed, dropped, rejected } = told;
        const further = told.lines;
        expect(passed + dropped + rejected).toBe(lines.length + further);
        expect(rejectedOf(log)).toHaveLength(rejected);
      }),
      { numRuns: 200 },
    );
  });

  it("says the same of a line as the scanner of files", async () => {
    const hosts = fc.constantFrom("a1-1", "A1-2", "b.example.org", "192.0.2.1");
    const head = fc.constantFrom("Nov 20 08:30:00", "2026-11-20T08:30:00Z", "Nov 20 08:29:59");
    const text = fc.constantFrom(
      "Limiting tcp reset response from 422 to 192 packets/sec",
      "Limiting closed port RST response from 300 to 200 packets per second",
      "sonewconn: pcb 0xfffff8: Listen queue overflow: 16 already in queue awaiting acceptance",
      "last message repeated 3 times",
      "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
      "something else",
    );
    const line = fc
      .tuple(head, hosts, text)
      .map(([time, host, rest]) => `<13>${time} ${host} kernel: ${rest}`);
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (lines) => {
        const { put, all, stop } = pipeline();
        put(batch(lines));
        await settle();
        await stop();
        const directory = new HostDirectory();
        const live = all().flatMap((each) =>
          described(observationsToFacts(each, directory), directory),
        );
        const scanner = new LineScanner({
          context: { referenceMs: START_MS, zone: utcZone, arrivalMs: null },
          directory,
          realm: "",
          originHost: "192.0.2.7",
          origin: "lines/0@0",
          batchFacts: 4_096,
        });
        const { bytes } = batch(lines);
        scanner.scan(bytes, 0, bytes.length, true);
        expect(live.sort()).toEqual(described(scanner.batch, directory).sort());
      }),
      { numRuns: 200 },
    );
  });
});

/** Facts with their texts, as one string each. */
function described(
  facts: ReturnType<typeof observationsToFacts>,
  directory: HostDirectory,
): string[] {
  return Array.from({ length: facts.length }, (_, i) => {
    const start = facts.textStart[i]!;
    const from = start < 0 ? facts.quotes[-1 - start]! : facts.bytes;
    const text = Buffer.from(from.slice(Math.max(0, start), facts.textEnd[i])).toString();
    const gauge = facts.gauge[i]!;
    return JSON.stringify([
      directory.labelOf(facts.host[i]!),
      facts.timeMs[i],
      gauge,
      facts.offered[i],
      facts.suppressed[i],
      facts.line[i],
      facts.origins[facts.origin[i]!],
      gauge < 0 ? null : text,
    ]);
  });
}

describe("ticks", () => {
  const ticksOf = (batches: readonly ObservationBatch[]) => batches.flatMap(({ ticks }) => ticks);

  it("come into every partition each second, with nothing to read too", async () => {
    const { clock, observations, stop } = pipeline();
    await settle();
    for (let ms = 0; ms < 5_000; ms += 50) {
      clock.advance(50);
      await settle();
    }
    for (const partition of [0, 1, 2, 3]) {
      const ticks = ticksOf(observations(partition)).filter(({ source }) => source === "lines/1");
      expect(ticks.length).toBeGreaterThanOrEqual(5);
      let beforeMs = START_MS;
      for (const { arrivalMs } of ticks) {
        expect(arrivalMs - beforeMs).toBeLessThanOrEqual(1_000);
        beforeMs = arrivalMs;
      }
      expect(beforeMs).toBeGreaterThan(START_MS + 3_900);
    }
    await stop();
  });

  it("name every source, and never pass over a line that is still to be published", async () => {
    const { clock, put, log, observations, stop } = pipeline();
    await settle();
    for (let turn = 0; turn < 60; turn++) {
      put(batch([limitLine(`h${turn}`)]), turn % 3);
      if (turn % 4 === 0) await settle();
      clock.advance(70);
    }
    await settle();
    await stop();
    const arrivals = new Map<string, number>(
      [0, 1, 2].flatMap((partition) =>
        log
          .slice({ topic: "lines", partition, offset: 0 }, Infinity)
          .records.map(
            (record) => [`lines/${partition}@${record.offset}`, record.arrivalMs] as const,
          ),
      ),
    );
    for (const partition of [0, 1, 2, 3]) {
      const upToMs = new Map<string, number>();
      const batches = observations(partition);
      for (const each of batches) {
        for (const place of each.origins) {
          const stoodMs = upToMs.get(place.split("@")[0]!) ?? -Infinity;
          expect(arrivals.get(place)).toBeGreaterThan(stoodMs);
        }
        for (const { source, arrivalMs } of each.ticks) upToMs.set(source, arrivalMs);
      }
      expect([...upToMs.keys()].sort()).toEqual(["lines/0", "lines/1", "lines/2"]);
    }
  });

  it("stand at what was read while there is more to read, not at our clock", async () => {
    const { clock, put, observations, stop } = pipeline();
    const big = batch([`<13>Nov 20 08:30:00 a1 kernel: ${"Limiting x".repeat(600)}`]);
    for (let n = 0; n < 1_000; n++) put(big);
    clock.advance(3_600_000);
    await settle();
    const first = observations(0).find(({ ticks }) => ticks.length > 0)!;
    const tick = first.ticks.find(({ source }) => source === "lines/0")!;
    expect(tick.arrivalMs).toBe(START_MS - 1);
    await stop();
  });
});
