import { describe, expect, it } from "vitest";
import { describedAs, readJsonLines } from "./described.ts";

interface Case {
  readonly line: string;
  readonly note?: string;
  /** Only the fields that matter; null also stands for a field that is not there. */
  readonly expect: Record<string, unknown>;
}

function picked(description: Record<string, unknown>, keys: readonly string[]): unknown {
  return Object.fromEntries(keys.map((key) => [key, description[key] ?? null]));
}

for (const file of ["kernel-lines.jsonl", "shipper-lines.jsonl"]) {
  const cases = readJsonLines(new URL(file, import.meta.url)) as readonly Case[];
  describe(file, () => {
    it.each(cases)("$line $note", ({ line, expect: expected }) => {
      const described = describedAs(line);
      expect(described).toHaveLength(1);
      expect(picked(described[0] ?? {}, Object.keys(expected))).toEqual(expected);
    });
  });
}

describe("what real shippers put on a topic", () => {
  interface Kept {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  }
  const vectors = new URL("../vectors/shippers/", import.meta.url);
  const expectations = readJsonLines(new URL("expected.jsonl", vectors)) as readonly (Kept & {
    expect: Record<string, unknown>;
  })[];
  const topics = [...new Set(expectations.map(({ topic }) => topic))];
  const records = topics.flatMap((topic) =>
    readJsonLines(new URL(`${topic}.jsonl`, vectors)),
  ) as (Kept & {
    payload: string;
  })[];

  it("every record has its expectation", () => {
    expect(records).toHaveLength(expectations.length);
  });

  it.each(expectations)(
    "$topic/$partition@$offset",
    ({ topic, partition, offset, expect: want }) => {
      const record = records.find(
        (one) => one.topic === topic && one.partition === partition && one.offset === offset,
      );
      const [described] = describedAs(record?.payload ?? "");
      expect(picked(described ?? {}, Object.keys(want))).toEqual(want);
    },
  );
});

describe("the object that parse prints", () => {
  it("has the fields of the contract, in their order", () => {
    const line =
      "Nov 20 08:30:00 fra1-web-001 kernel: " +
      "Limiting tcp reset response from 422 to 192 packets/sec";
    expect(JSON.stringify(describedAs(line)[0])).toBe(
      '{"outcome":"pass","kind":"limit","class":"tcp_reset","offered":422,"allowed":192,' +
        '"suppressed":230,"repeat":1,"host":"fra1-web-001","time":"2026-11-20T08:30:00.000Z",' +
        '"timeSource":"line","uptimeSeconds":null,"os":"freebsd","vendor":null,"line":1}',
    );
    expect(describedAs("")).toEqual([{ outcome: "drop", reason: "empty", line: 1 }]);
  });

  it("tells the events of a batch apart by part, in order", () => {
    const metric = {
      name: "syslog",
      tags: { appname: "kernel", hostname: "fw1" },
      fields: { message: "Limiting tcp reset response from 422 to 192 packets/sec" },
      timestamp: 1_795_163_400,
    };
    const counters = { name: "cpu", tags: {}, fields: { usage_idle: 97.5 }, timestamp: 1 };
    const described = describedAs(JSON.stringify({ metrics: [metric, counters, metric] }));
    expect(described.map(({ outcome, part, line }) => [outcome, part, line])).toEqual([
      ["pass", 1, 1],
      ["drop", 2, 1],
      ["pass", 3, 1],
    ]);
  });

  it("reads an OTLP record once, though body and attribute both hold the text", () => {
    const text = "Limiting tcp reset response from 422 to 192 packets/sec";
    const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
    const record = {
      timeUnixNano: "1795163400000000000",
      observedTimeUnixNano: "1795163400123456789",
      body: { stringValue: `<5>Nov 20 08:30:09 fw1 kernel: ${text}` },
      attributes: [attribute("appname", "kernel"), attribute("message", text)],
    };
    const batch = { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] };
    expect(describedAs(JSON.stringify(batch))).toMatchObject([
      { kind: "limit", host: "fw1", time: "2026-11-20T08:30:00.000Z", timeSource: "line" },
    ]);
  });
});
