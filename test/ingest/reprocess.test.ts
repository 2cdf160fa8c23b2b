import { describe, expect, it } from "vitest";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import { positionOf, type ObservationBatch } from "../../lib/domain/observation.ts";
import type { Rejected } from "../../lib/domain/rejected.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import { Reprocessor, type RereadInput } from "../../services/ingest/reprocess.ts";

const ARRIVAL_MS = Date.UTC(2026, 10, 20, 8, 30, 5);
const LIMITING = "Limiting tcp reset response from 422 to 192 packets/sec";
const line = (host: string) => `Nov 20 08:30:00 ${host} kernel: ${LIMITING}`;
const codec = new Codec(loadSchemas());
const bytesOf = (text: string) => new TextEncoder().encode(text);

function rejected(over: Partial<Rejected> & { text?: string } = {}): Rejected {
  const bytes = over.bytes ?? bytesOf(over.text ?? line("a1-1"));
  return {
    reason: "malformed",
    detail: "",
    input: "udp",
    at: "t.lines/0@7#2",
    arrivalMs: ARRIVAL_MS,
    originalBytes: bytes.length,
    ...over,
    bytes,
  };
}

function batch(lines: readonly string[], over: Partial<LineBatch> = {}): Uint8Array {
  return encodeMessage(codec, "line-batch", {
    input: "udp",
    realm: "lab",
    host: null,
    shipper: "test",
    segments: lines.map((_, index) => ({
      lines: 1,
      arrivalMs: ARRIVAL_MS,
      peer: `192.0.2.${index + 1}:514`,
      trust: "connected",
    })),
    bytes: bytesOf(lines.map((text) => `${text}\n`).join("")),
    ...over,
  });
}

function world(records: Record<string, Uint8Array> = {}, inputs: Record<string, RereadInput> = {}) {
  const looked: string[] = [];
  const reprocessor = new Reprocessor({
    codec,
    observations: { topic: "t.observations", partitions: 1 },
    rejected: { topic: "t.rejected", partitions: 1 },
    lines: "t.lines",
    rules: () => NO_IDENTITY_RULES,
    retainMs: 86_400_000,
    inputs: new Map(Object.entries(inputs)),
    recordAt: async ({ topic, partition, offset }) => {
      looked.push(`${topic}/${partition}@${offset}`);
      return records[`${topic}/${partition}@${offset}`] ?? null;
    },
  });
  const published = (): ObservationBatch[] =>
    reprocessor.take().flatMap(({ topic, records }) => {
      expect(topic).toBe("t.observations");
      return records.map(({ value }) => {
        const message = decodeMessage(codec, value!, ["observation-batch"]);
        if (!message.ok) throw new Error(message.detail);
        return message.value;
      });
    });
  return { reprocessor, published, looked };
}

describe("a reject that is read again", () => {
  it("passes at its own place, with its own arrival, as the record says whose it is", async () => {
    const record = batch(["noise", LIMITING, line("a1-3")]);
    const { reprocessor, published } = world({ "t.lines/0@7": record });
    expect(await reprocessor.read(rejected({ text: "cut", originalBytes: 900 }))).toBe("passed");
    const [facts] = published();
    expect(positionOf(facts!, 0)).toBe("t.lines/0@7#2");
    expect(facts!.hosts).toEqual([{ realm: "lab", name: "192.0.2.2" }]);
    expect(Array.from(facts!.timeMs)).toEqual([ARRIVAL_MS]);
    expect(Array.from(facts!.suppressed)).toEqual([230]);
  });

  it("says the same facts each time", async () => {
    const { reprocessor, published } = world({ "t.lines/0@7": batch(["noise", line("a1-1")]) });
    const twice = [];
    for (let n = 0; n < 2; n++) {
      await reprocessor.read(rejected());
      twice.push(published());
    }
    expect(twice[1]).toEqual(twice[0]);
    expect(twice[0]).toHaveLength(1);
  });

  it("looks a record up once for all its rejects", async () => {
    const { reprocessor, looked } = world({ "t.lines/0@7": batch([line("a"), line("b")]) });
    for (const at of ["t.lines/0@7#1", "t.lines/0@7#2"]) await reprocessor.read(rejected({ at }));
    expect(looked).toEqual(["t.lines/0@7"]);
  });

  it("is read from the bytes that were kept where its record is gone", async () => {
    const inputs = { udp: { realm: "dmz", zone: utcZone, format: null, isShared: false } };
    const { reprocessor, published } = world({}, inputs);
    expect(await reprocessor.read(rejected())).toBe("passed");
    const [facts] = published();
    expect(facts!.hosts).toEqual([{ realm: "dmz", name: "a1-1" }]);
    expect(positionOf(facts!, 0)).toBe("t.lines/0@7#2");
    expect(Array.from(facts!.trust)).toEqual([0]);
  });

  it.each<[string, Partial<Rejected> & { text?: string }]>([
    ["rejected", { text: line("a1-1").replace("422", "99999999999999999999") }],
    ["dropped", { text: "Nov 20 08:30:00 a1-1 sshd[1]: session opened" }],
    ["unplaced", { text: LIMITING }],
    ["lost", { originalBytes: 20_000 }],
    ["rejected", { reason: "foreign_host" }],
    ["rejected", { reason: "truncated", at: "t.lines/0@7#1", bytes: new Uint8Array([1, 2]) }],
    ["passed", { reason: "bad_time", at: "messages#17", input: "messages" }],
    ["passed", { reason: "unknown_schema", at: "t.lines/0@9#1", bytes: batch([line("a1-1")]) }],
  ])("ends as %s: %j", async (result, over) => {
    const { reprocessor, published } = world();
    expect(await reprocessor.read(rejected(over))).toBe(result);
    expect(published()).toHaveLength(result === "passed" ? 1 : 0);
  });

  it("reads records of other programs with the reader of their input", async () => {
    const bytes = bytesOf(JSON.stringify({ message: line("a1-1"), host: "a1-1" }));
    const at = "kern/3@41#1";
    const central = { realm: "", zone: utcZone, format: "auto", isShared: true } as const;
    const shared = world({ "kern/3@41": bytes }, { central });
    const one = rejected({ input: "central", at, text: "cut", originalBytes: 90 });
    expect(await shared.reprocessor.read(one)).toBe("passed");
    expect(positionOf(shared.published()[0]!, 0)).toBe(at);
    const elsewhere = world({ "kern/3@41": bytes }, { central: { ...central, isShared: false } });
    expect(await elsewhere.reprocessor.read(one)).toBe("lost");
    expect(elsewhere.looked).toEqual([]);
    expect(await elsewhere.reprocessor.read({ ...one, bytes, originalBytes: bytes.length })).toBe(
      "passed",
    );
  });
});
