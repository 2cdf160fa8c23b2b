import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Tally } from "../../../lib/domain/tally.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../../lib/wire/message.ts";
import { loadSchemas, MESSAGE_NAMES } from "../../../lib/wire/schema.ts";
import { TOPICS } from "../../../lib/wire/topics.ts";
import { MESSAGE_ARBITRARIES } from "./message-arbitraries.ts";
import { MESSAGE_SAMPLES } from "./message-samples.ts";

const codec = new Codec(loadSchemas());

/** Typed columns and Buffers compare as what they hold. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Int32Array);
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

describe.each(MESSAGE_NAMES)("%s", (name) => {
  test("comes back as it went", () => {
    fc.assert(
      fc.property(MESSAGE_ARBITRARIES[name], (value) => {
        const message = decodeMessage(codec, encodeMessage(codec, name, value as never), [name]);
        expect(message).toMatchObject({ ok: true, name });
        if (message.ok) expect(plain(message.value)).toEqual(plain(value));
      }),
      { numRuns: 200 },
    );
  });

  test("is refused where it does not belong", () => {
    const bytes = encodeMessage(codec, name, MESSAGE_SAMPLES[name] as never);
    const others = MESSAGE_NAMES.filter((other) => other !== name);
    expect(decodeMessage(codec, bytes, others)).toMatchObject({ reason: "unexpected_message" });
  });
});

test("an incident's JSON is the same bytes before and after the log", () => {
  const bytes = encodeMessage(codec, "incident", MESSAGE_SAMPLES.incident);
  const message = decodeMessage(codec, bytes, ["incident"]);
  expect(message.ok && JSON.stringify(message.value)).toBe(
    JSON.stringify(MESSAGE_SAMPLES.incident),
  );
});

test("one topic's messages are told apart by name", () => {
  const { messages } = TOPICS.tallies;
  const names = messages.map((name) => {
    const bytes = encodeMessage(codec, name, MESSAGE_SAMPLES[name] as never);
    const message = decodeMessage(codec, bytes, messages);
    return message.ok ? message.name : message.reason;
  });
  expect(names).toEqual(["tally", "participant", "heartbeat", "outline", "control"]);
});

test("typed columns are written like plain ones", () => {
  const tally: Tally = {
    ...MESSAGE_SAMPLES.tally,
    seconds: Int32Array.of(0, 1, 59),
    changes: Int32Array.of(10, 27, -35),
    offered: Float64Array.of(4_220, 13_616, 0),
    suppressed: Float64Array.of(2_300, 8_000_000_000, 0),
  };
  expect(encodeMessage(codec, "tally", tally)).toEqual(
    encodeMessage(codec, "tally", MESSAGE_SAMPLES.tally),
  );
});

describe("values that the schema allows and the meaning does not", () => {
  const tally = {
    ruleHash: "h",
    scopeName: "site",
    scopeValue: "fra1",
    partition: 0,
    revision: 1,
    baseSecond: 1,
    seconds: [0, 1],
    changes: [1, 1],
    offered: [1, 1],
    suppressed: [1, 1],
    hostsSeen: 1,
    lateFacts: 0,
  };
  const { observation, participant } = {
    observation: {
      baseTimeMs: 0,
      timeMs: [0],
      ...Object.fromEntries(
        ["host", "kind", "gauge", "offered", "allowed", "suppressed", "count"].map((c) => [c, [0]]),
      ),
      ...Object.fromEntries(
        ["timeSource", "trust", "arrivalLateMs", "origin", "line"].map((c) => [c, [0]]),
      ),
      hosts: [{ realm: "", name: "a" }],
      origins: ["f"],
      texts: [],
      textOf: [],
      ticks: [],
      canaries: [],
    },
    participant: {
      ...MESSAGE_SAMPLES.participant,
      scopeName: "site",
      scopeValue: "fra1",
      gauge: 0,
    },
  };

  test.each([
    ["columns of different length", "tally", { ...tally, changes: [1] }],
    ["seconds that go back", "tally", { ...tally, seconds: [1, 0] }],
    ["a negative partition", "tally", { ...tally, partition: -1 }],
    ["a gauge that is none", "participant", { ...participant, gauge: 99 }],
    ["a host beyond the dictionary", "observation-batch", { ...observation, host: [1] }],
    ["a negative host", "observation-batch", { ...observation, host: [-1] }],
    [
      "a text without observation",
      "observation-batch",
      { ...observation, textOf: [4], texts: ["x"] },
    ],
    ["a text without owner", "observation-batch", { ...observation, texts: ["x"] }],
    ["a column too short", "observation-batch", { ...observation, count: [] }],
    ["a time before 1970", "observation-batch", { ...observation, timeMs: [-1] }],
    ["a heartbeat beyond year 9999", "heartbeat", { partition: 0, offset: 0, logTimeMs: 2 ** 50 }],
  ] as const)("%s: bad_value", (_title, name, wire) => {
    const decoded = decodeMessage(codec, codec.encode(name, wire), [name]);
    expect(decoded).toMatchObject({ ok: false, reason: "bad_value" });
  });

  test("a number that only a newer writer knows reads as unknown", () => {
    const wire = { ...observation, kind: [99], gauge: [99], trust: [99] };
    const decoded = decodeMessage(codec, codec.encode("observation-batch", wire), [
      "observation-batch",
    ]);
    expect(decoded).toMatchObject({ ok: true, value: { kind: [-1], gauge: [-1], trust: [-1] } });
  });
});
