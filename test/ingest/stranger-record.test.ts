import fc from "fast-check";
import protobuf from "protobufjs/light.js";
import { describe, expect, it } from "vitest";
import { encodeMessage } from "../../lib/wire/message.ts";
import { LIMITS } from "../../services/ingest/limits.ts";
import { codec, limitLine, rejectedOf } from "./listen/listen-world.ts";
import { reading, START_MS, TOPIC, topicsWorld } from "./topics-world.ts";

const TEXT = "Limiting tcp reset response from 422 to 192 packets/sec";

/** An ExportLogsServiceRequest, by names that are ours here. */
const { nested } = {
  nested: {
    Request: { fields: { a: { rule: "repeated", type: "ResourceLogs", id: 1 } } },
    ResourceLogs: {
      fields: {
        resource: { type: "Attributes", id: 1 },
        scopes: { rule: "repeated", type: "Scope", id: 2 },
      },
    },
    Attributes: { fields: { pairs: { rule: "repeated", type: "Pair", id: 1 } } },
    Scope: { fields: { records: { rule: "repeated", type: "LogRecord", id: 2 } } },
    LogRecord: {
      fields: {
        time: { type: "fixed64", id: 1 },
        severity: { type: "int32", id: 2 },
        body: { type: "Value", id: 5 },
        pairs: { rule: "repeated", type: "Pair", id: 6 },
        observed: { type: "fixed64", id: 11 },
      },
    },
    Pair: { fields: { key: { type: "string", id: 1 }, value: { type: "Value", id: 2 } } },
    Value: {
      fields: {
        text: { type: "string", id: 1 },
        list: { type: "List", id: 5 },
        bytes: { type: "bytes", id: 7 },
      },
    },
    List: { fields: { values: { rule: "repeated", type: "Value", id: 1 } } },
  },
};
const request = protobuf.Root.fromJSON({ nested }).lookupType("Request");

function otlp(records: readonly object[], host = "fw1"): Uint8Array {
  const resource = { pairs: [{ key: "host.name", value: { text: host } }] };
  const batch = { a: [{ resource, scopes: [{ records }] }] };
  return request.encode(request.fromObject(batch)).finish();
}

/** A batch of one record, whose body is a list in a list in a list. */
function nestedBody(depth: number): Uint8Array {
  let value = Buffer.from([0x0a, 1, 0x78]);
  const within = (tag: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([tag, ...lengthOf(bytes.length)]), bytes]);
  for (let level = 0; level < depth; level++) value = within(0x2a, within(0x0a, value));
  // LogRecord.body, ScopeLogs.log_records, ResourceLogs.scope_logs, resource_logs.
  return [0x2a, 0x12, 0x12, 0x0a].reduce((bytes, tag) => within(tag, bytes), value);
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 128, ...lengthOf(Math.floor(length / 128))];
}

describe("OTLP as protobuf", () => {
  const nanos = (BigInt(START_MS - 5_000) * 1_000_000n + 1n).toString();

  it("says the same as OTLP as JSON", async () => {
    const { rows } = await reading().read(
      otlp([
        { time: nanos, severity: 10, body: { text: limitLine("fw2") } },
        { time: nanos, body: { text: `kernel: ${TEXT}` } },
        { time: nanos, body: { bytes: Buffer.from(`kernel: ${TEXT}`) } },
        { body: { text: TEXT }, pairs: [{ key: "appname", value: { text: "kernel" } }] },
      ]),
      JSON.stringify({
        resourceLogs: [
          {
            resource: { attributes: [{ key: "host.name", value: { stringValue: "fw1" } }] },
            scopeLogs: [
              {
                logRecords: [
                  { timeUnixNano: nanos, body: { stringValue: limitLine("fw2") } },
                  { timeUnixNano: nanos, body: { stringValue: `kernel: ${TEXT}` } },
                  { timeUnixNano: nanos, body: { stringValue: `kernel: ${TEXT}` } },
                  {
                    body: { stringValue: TEXT },
                    attributes: [{ key: "appname", value: { stringValue: "kernel" } }],
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    const of = (offset: number) =>
      rows
        .filter(({ at }) => at === `${TOPIC}/0@${offset}#1`)
        .map((row) => JSON.stringify({ ...row, at: null }))
        .toSorted();
    expect(of(0)).toHaveLength(4);
    expect(of(0)).toEqual(of(1));
    expect(rows.find(({ host }) => host === "fw2")?.time).toBe("2026-11-20T08:49:55.000Z");
    expect(rows.find(({ host }) => host === "fw1")?.time).toBe("2026-11-20T08:49:55.000Z");
  });

  it("keeps one that was cut anywhere, or is none, where it can be nothing else", async () => {
    const whole = otlp([{ time: nanos, body: { text: limitLine("fw1") } }]);
    const cuts = Array.from({ length: whole.length - 20 }, (_, cut) => whole.subarray(0, 20 + cut));
    const { rejects, rows, told } = await reading().read(...cuts, limitLine("a1"));
    expect(rejects.map(({ reason }) => reason)).toEqual(cuts.map(() => "bad_protobuf"));
    expect(Buffer.from(rejects[0]!.bytes)).toEqual(Buffer.from(cuts[0]!));
    expect(rows.map(({ host }) => host)).toEqual(["a1"]);
    expect(told).toMatchObject({ lines: cuts.length + 1, rejected: cuts.length, passed: 1 });
  });

  it("does not descend into values, and bounds the events of a batch", async () => {
    const many = Array.from({ length: 10_001 }, () => ({ body: { text: TEXT } }));
    const { rejects, told } = await reading().read(
      nestedBody(2_000),
      otlp(many),
      Buffer.alloc(900_000, 0x0b),
    );
    expect(told.dropped).toBeGreaterThan(0);
    expect(rejects.map(({ reason }) => reason)).toEqual([
      "too_many_events",
      "unsupported_encoding",
    ]);
  });
});

describe("Avro on a topic of others", () => {
  const bytes = Buffer.from(`${limitLine("fw1")}\n`);
  const segment = {
    lines: 1,
    arrivalMs: 5,
    peer: "192.0.2.7:514",
    trust: "authenticated" as const,
  };
  const origin = { input: "edge", realm: "elsewhere", host: null, shipper: "relay" };

  it("reads lines and samples of ours, with no more trust than a topic has", async () => {
    const lines = { ...origin, segments: [segment], bytes };
    const sample = { sampledAtMs: START_MS - 1_000, boot: null, uptimeSeconds: null };
    const samples = {
      ...origin,
      host: "fw2",
      os: "linux",
      arrivalMs: 5,
      peer: null,
      trust: "connected" as const,

      samples: [{ ...sample, counters: [], gauges: [], posture: [] }],
    } as const;
    const { rows, told } = await reading().read(
      encodeMessage(codec, "line-batch", lines),
      encodeMessage(codec, "sample-batch", samples),
    );
    expect(rows).toEqual([
      expect.objectContaining({ host: "fw1", kind: "limit", trust: "connected" }),
      expect.objectContaining({ host: "fw2", kind: "sample", time: "2026-11-20T08:49:59.000Z" }),
    ]);
    expect(told).toMatchObject({ lines: 2, passed: 2 });
  });

  it("refuses a schema that nobody has released, and says which", async () => {
    const known = Buffer.from(
      encodeMessage(codec, "line-batch", { ...origin, segments: [], bytes }),
    );
    const unknown = Buffer.from(known);
    unknown.writeBigUInt64LE(0x1234n, 2);
    const confluent = Buffer.from([0, 0, 0, 0, 42, 1, 2, 3]);
    const { rejects, told, rows } = await reading().read(
      unknown,
      confluent,
      known.subarray(0, 30),
      known.subarray(0, 5),
      encodeMessage(codec, "heartbeat", { ...HEARTBEAT }),
      limitLine("a1"),
    );
    expect(rejects.map(({ reason, detail }) => `${reason}: ${detail}`)).toEqual([
      "bad_record: unknown_schema: fingerprint 0000000000001234",
      "bad_record: unknown_schema: schema id 42",
      "bad_record: truncated: line-batch",
      "bad_record: truncated: header",
      "bad_record: unexpected_message: heartbeat",
    ]);
    expect(Buffer.from(rejects[1]!.bytes)).toEqual(confluent);
    expect(told.of("recordRejected")).toHaveLength(5);
    expect(rows.map(({ host }) => host)).toEqual(["a1"]);
  });
});

const HEARTBEAT = {
  partition: 0,
  logTimeMs: START_MS,
  epoch: 0,
  offset: 0,
  hosts: 0,
  missing: [],
  missingSources: [],
  canaries: [],
};

describe("what no shipper should write", () => {
  const deep = 1_000_000;
  const poisons: readonly (readonly [name: string, record: string | Uint8Array, reason: string])[] =
    [
      ["JSON that was cut", `{"message":"${TEXT}","host":"fw1`, "bad_json"],
      ["JSON of a million levels", `{"message":${"[".repeat(deep)}`, "bad_json"],
      [
        "objects of 100,000 levels",
        `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
        "bad_json",
      ],
      ["a line of 900 kB", `${limitLine("fw1")} ${"x".repeat(900_000)}`, "line_too_long"],
      ["gzip", Buffer.from("1f8b0800000000000003", "hex"), "unsupported_encoding"],
      ["zstd", Buffer.from("28b52ffd0458010000", "hex"), "unsupported_encoding"],
      ["UTF-16", Buffer.from(`\ufeff${limitLine("fw1")}`, "utf16le"), "unsupported_encoding"],
      ["a cut batch of ours", Buffer.from([0xc3, 0x01, 1, 2, 3]), "bad_record"],
      ["a schema of a registry", Buffer.from([0, 0, 0, 0, 7, 9]), "bad_record"],
    ];

  it.each(poisons)("is kept, and reading goes on: %s", async (_name, record, reason) => {
    const { rows, rejects, told } = await reading().read(record, limitLine("a1"));
    expect(rejects).toMatchObject([{ reason, input: "central", at: `${TOPIC}/0@0#1` }]);
    const kept = Buffer.from(record).subarray(0, LIMITS.lineBytesMax);
    expect(Buffer.from(rejects[0]!.bytes)).toEqual(kept);
    expect(rejects[0]!.originalBytes).toBeLessThanOrEqual(Buffer.from(record).length);
    expect(rows.map(({ host }) => host)).toEqual(["a1"]);
    expect(told).toMatchObject({ lines: 2, passed: 1, rejected: 1 });
  });

  it("reads what is odd and sound: half a surrogate, zeros in front, 900 kB of JSON", async () => {
    const padding = "x".repeat(890_000);
    const { rows, rejects } = await reading().read(
      `{"message":"${TEXT}","host":"a1","user":"\\ud800"}`,
      `${"\0".repeat(4_096)}${limitLine("a2")}`,
      `{"message":"${TEXT}","host":"a3","padding":"${padding}"}`,
    );
    expect(rows.map(({ host }) => host)).toEqual(["a1", "a2", "a3"]);
    expect(rejects).toEqual([]);
  });

  it("passes a batch over that cannot be unpacked, and keeps what tells where it was", async () => {
    const { step, log, told } = reading();
    const place = { topic: TOPIC, partition: 2, fromOffset: 5, toOffset: 9 };
    const unreadable = {
      why: "a record batch is compressed with codec 5",
      bytes: Buffer.from("LZ"),
    };
    const { publish, commit, done } = await step.gap({ type: "gap", ...place, unreadable });
    expect(commit).toContainEqual({ topic: TOPIC, partition: 2, offset: 9 });
    for (const { topic, partition, records } of publish) log.append(topic, partition, records);
    expect(rejectedOf(log)).toMatchObject([
      {
        reason: "unreadable_batch",
        detail: "offsets 5 to 8: a record batch is compressed with codec 5",
        at: `${TOPIC}/2@5#1`,
      },
    ]);
    done?.();
    expect(told).toMatchObject({ lines: 1, rejected: 1 });
    expect(told.of("recordsLost")).toEqual([]);
  });

  it("counts whatever comes: in = pass + drop + reject, and no byte ends it", async () => {
    const odd = fc.constantFrom(
      "{",
      "[{",
      '"',
      "\n\x12",
      "\xc3\x01",
      "\0\0\0\0\x01",
      "m,t=",
      "<5>",
    );
    const anything = fc
      .tuple(fc.option(odd), fc.uint8Array({ maxLength: 60 }))
      .map(([head, rest]) => Buffer.concat([Buffer.from(head ?? "", "latin1"), rest]));
    const formats = fc.constantFrom("auto", "text", "json", "otlp", "influx", "avro");
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 8 }), formats, async (records, format) => {
        const { read } = reading(topicsWorld(), { format });
        const { rows, told } = await read(...records, limitLine("a1"));
        expect(told.passed + told.dropped + told.rejected).toBe(told.lines);
        expect(told.lines).toBeGreaterThan(records.length);
        if (format === "auto") expect(rows.at(-1)?.host).toBe("a1");
      }),
      { numRuns: 200 },
    );
  });
});

describe("an input that says what its records hold", () => {
  const samples = {
    text: limitLine("fw1"),
    json: `{"message":"${TEXT}","host":"fw1"}`,
    influx: `syslog,appname=kernel,hostname=fw1 message="${TEXT}" ${START_MS}000000`,
    otlp: otlp([{ body: { text: limitLine("fw1") } }]),
  };

  it.each(Object.keys(samples) as (keyof typeof samples)[])(
    "takes %s, and keeps anything else",
    async (format) => {
      const others = Object.entries(samples).filter(
        // OTLP has JSON as its other form.
        ([each]) => each !== format && !(format === "otlp" && each === "json"),
      );
      const records = others.map(([, record]) => record);
      const { rows, rejects } = await reading(topicsWorld(), { format }).read(
        samples[format],
        ...records,
      );
      expect(rows.map(({ host, at }) => `${host} ${at}`)).toEqual([`fw1 ${TOPIC}/0@0#1`]);
      const reason = format === "otlp" ? "bad_protobuf" : "unexpected_format";
      expect(rejects.map((reject) => reject.reason)).toEqual(records.map(() => reason));
    },
  );
});
