import { describe, expect, test } from "vitest";
import { Secret } from "../../../lib/config/secret.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import { createLog, type LogOptions } from "../../../lib/telemetry/log.ts";
import { debug, info, warn } from "../../../lib/telemetry/messages.ts";

const FAILED = warn("delivery failed", "");
const STARTED = info("part started", "");
const MINUTE_MS = 60_000;

function open(options: Partial<LogOptions> = {}) {
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 8, 30));
  const text: string[] = [];
  const log = createLog({ clock, stream: { write: (line) => text.push(line) }, ...options });
  const records = () => text.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { clock, log, text, records };
}

describe("a log line", () => {
  test("is one JSON object with time, level, message and fields", () => {
    const { log, text } = open();
    log.write(STARTED, { part: "udp", tookMs: 3 });
    expect(text).toHaveLength(1);
    expect(text[0]?.endsWith("}\n")).toBe(true);
    expect(JSON.parse(text[0] ?? "")).toEqual({
      time: "2026-11-20T08:30:00.000Z",
      level: "info",
      message: "part started",
      part: "udp",
      tookMs: 3,
    });
  });

  test("on a terminal is words, in which no value can look like another field", () => {
    const { log, text } = open({ format: "human" });
    log.write(FAILED, { sink: "pager", said: 'x sink="mine"\nfake', error: trouble() });
    expect(text).toEqual([
      '08:30:00.000 warn  delivery failed  sink=pager  said="x sink=\\"mine\\"\\nfake"' +
        '  error.code=port_in_use  error.message="5514 is taken"  error.remedy="stop it"\n',
    ]);
  });

  test("below the level is not written", () => {
    const { log, text } = open();
    log.write(debug("revision delivered", ""));
    expect(text).toEqual([]);
  });

  test("carries no control character and no turn of direction from outside", () => {
    const { log, text } = open();
    log.write(FAILED, { said: "\u001b[31mred\u0000\u009b\u202e\u2028\r\n" });
    expect(text[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(text[0]?.trimEnd()).not.toContain("\n");
  });

  test("cuts what is too long", () => {
    const { log, records } = open();
    log.write(FAILED, { said: "x".repeat(1_000_000) });
    expect(String(records()[0]?.["said"])).toHaveLength(4_001);
  });
});

describe("secrets", () => {
  const CANARY = 'c4n"ary/5ecret';

  test("never come out: as a value, deep in a value, in an error, its causes or its stack", () => {
    const secret = new Secret(CANARY);
    const { log, text } = open({ secrets: [secret, new Secret("hunter22-long")] });
    const inner = new Error(`login with ${CANARY} failed`);
    const error = new Error("connect kafka://u:hunter22-long@h:9092", { cause: inner });
    Object.assign(error, { config: { password: CANARY } });
    log.write(FAILED, { secret, deep: { a: [secret] }, error, url: `https://h/?k=${CANARY}` });
    expect(text.join("")).not.toMatch(/c4n|5ecret|hunter22/);
    expect(text.join("")).toContain("[secret]");
  });

  test("nor does the password of any address, known or not", () => {
    const { log, text } = open();
    log.write(FAILED, { error: new Error("connect amqp://guest:unknown-pw@host/ refused") });
    expect(text.join("")).not.toContain("unknown-pw");
  });
});

describe("errors", () => {
  test("trouble outside is told with its code and remedy, a bug with its stack", () => {
    const { log, records } = open();
    log.write(FAILED, { error: trouble() });
    log.write(FAILED, { error: new TypeError("x is undefined") });
    const [first, second] = records().map((record) => record["error"] as Record<string, string>);
    expect(first).toEqual({ code: "port_in_use", message: "5514 is taken", remedy: "stop it" });
    expect(second).toMatchObject({ name: "TypeError", message: "x is undefined" });
    expect(second?.["stack"]).toContain("log.test.ts");
  });

  test("a ring of causes ends", () => {
    const error = new Error("a");
    error.cause = error;
    const { log, records } = open();
    log.write(FAILED, { error });
    expect(records()).toMatchObject([{ error: { causes: ["a", "a", "a", "a", "a"] } }]);
  });
});

describe("a message that repeats itself", () => {
  test("is written five times a minute; the rest are counted and told at its end", () => {
    let sampled = 0;
    const { clock, log, records } = open({ sampled: (count) => (sampled += count) });
    for (let attempt = 1; attempt <= 100; attempt += 1) log.write(FAILED, { sink: "a", attempt });
    expect(records()).toHaveLength(5);
    clock.advance(MINUTE_MS);
    expect(records()).toHaveLength(6);
    expect(records()[5]).toMatchObject({ sink: "a", attempt: 100, repeated: 95 });
    expect(sampled).toBe(95);
    log.write(FAILED, { sink: "a", attempt: 101 });
    expect(records()[6]).not.toHaveProperty("repeated");
  });

  test("hides no other sink's, and no other reason", () => {
    const { log, records } = open();
    for (let i = 0; i < 100; i += 1) log.write(FAILED, { sink: "a", reason: "timeout" });
    log.write(FAILED, { sink: "b", reason: "timeout" });
    log.write(FAILED, { sink: "a", reason: "tls_failed" });
    expect(records()).toHaveLength(7);
  });

  test("is told at the end of the process too", () => {
    const { log, records } = open();
    for (let i = 0; i < 8; i += 1) log.write(FAILED);
    log.flush();
    log.flush();
    expect(records().map((record) => record["repeated"] ?? 0)).toEqual([0, 0, 0, 0, 0, 3]);
  });

  test("is not silent for an hour when the clock steps an hour back", () => {
    const { clock, log, records } = open();
    for (let i = 0; i < 8; i += 1) log.write(FAILED);
    clock.step(-60 * MINUTE_MS);
    log.write(FAILED);
    expect(records()).toHaveLength(7);
  });

  test("needs bounded memory, whatever the names", () => {
    const { log, text } = open();
    for (let i = 0; i < 5_000; i += 1) log.write(FAILED, { source: `s${i}` });
    expect(text.length).toBeLessThanOrEqual(2_005);
  });
});

function trouble(): Trouble {
  return new Trouble("port_in_use", "5514 is taken", "stop it");
}
