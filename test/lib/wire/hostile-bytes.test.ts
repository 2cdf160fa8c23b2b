import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileAdmission } from "../../../lib/wire/admission.ts";
import { parseAvroSchema } from "../../../lib/wire/avro-parse.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { DECODE_REASONS } from "../../../lib/wire/decode-failure.ts";
import { decodeMessage, encodeMessage } from "../../../lib/wire/message.ts";
import type { MessageName } from "../../../lib/wire/schema.ts";
import { loadSchemas, MESSAGE_NAMES } from "../../../lib/wire/schema.ts";
import { RECORD_BYTES_MAX } from "../../../lib/wire/topics.ts";
import { MESSAGE_SAMPLES } from "./message-samples.ts";

const MIB = 1_024 * 1_024;
const HEADER_BYTES = 10;

const codec = new Codec(loadSchemas());
const samples = MESSAGE_NAMES.map((name) => ({
  name,
  bytes: encodeMessage(codec, name, MESSAGE_SAMPLES[name] as never),
}));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Memory that the decoded value itself holds, beside the input. */
function heldBy(bytes: Uint8Array): { readonly heldBytes: number; readonly reason: string } {
  codec.decode(bytes.subarray(0, HEADER_BYTES + 1));
  collectGarbage();
  const before = process.memoryUsage();
  const decoded = codec.decode(bytes);
  collectGarbage();
  const after = process.memoryUsage();
  const heldBytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return { heldBytes, reason: decoded.ok ? "ok" : decoded.reason };
}

function bodyFor(name: MessageName, ...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  const header = encodeMessage(codec, name, MESSAGE_SAMPLES[name] as never).subarray(
    0,
    HEADER_BYTES,
  );
  return Buffer.concat([header, ...parts.map((part) => Buffer.from(part))]);
}

/** Zigzag varint. */
function long(value: number): number[] {
  const digits: number[] = [];
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 0x80);
  return [...digits, rest];
}

const isKnown = (bytes: Uint8Array): void => {
  const decoded = decodeMessage(codec, bytes, MESSAGE_NAMES);
  if (!decoded.ok) expect(DECODE_REASONS).toContain(decoded.reason);
};

describe("any bytes end in a value or a reason", () => {
  test("random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), isKnown), { numRuns: 5_000 });
  });

  test("a known header and random bytes", () => {
    const tail = fc.uint8Array({ maxLength: 400 });
    const known = fc.constantFrom(...samples);
    const property = fc.property(known, tail, ({ name }, body) => isKnown(bodyFor(name, body)));
    fc.assert(property, { numRuns: 10_000 });
  });

  test("a good record with a few bytes changed, cut or added", () => {
    const change = fc.record({ at: fc.nat(1_000), to: fc.nat(255) });
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.array(change, { maxLength: 4 }),
      fc.integer({ min: -20, max: 20 }),
      ({ bytes }, changes, grow) => {
        const mutant = new Uint8Array(Math.max(0, bytes.length + grow));
        mutant.set(bytes.subarray(0, mutant.length));
        for (const { at, to } of changes) mutant[HEADER_BYTES + (at % mutant.length)] = to;
        isKnown(mutant);
      },
    );
    fc.assert(property, { numRuns: 10_000 });
  });

  test("every truncation of every message is refused", () => {
    for (const { name, bytes } of samples) {
      for (let length = 0; length < bytes.length; length++) {
        expect(decodeMessage(codec, bytes.subarray(0, length), [name]).ok).toBe(false);
      }
    }
  });
});

const filled = (length: number, ...pattern: number[]): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => pattern[index % pattern.length]!);

describe("no record costs more than 16 MB above its size", () => {
  const room = RECORD_BYTES_MAX - 200;
  const beforeReasons = [...long(1), 0, ...long(1), 2, ...long(1), 0, 0, 0, 0, 2, 0, 0, 0];

  test.each([
    [
      "fifty million hosts declared in a few bytes",
      "observation-batch",
      [long(50_000_000)],
      "truncated",
    ],
    ["2^53 hosts declared", "observation-batch", [long(2 ** 52)], "truncated"],
    ["a negative count without its size", "observation-batch", [long(-5), long(-9)], "bad_value"],
    ["a count that never ends", "observation-batch", [filled(40, 0xff)], "bad_value"],
    [
      "half a million hosts without a name",
      "observation-batch",
      [long(490_000), filled(980_000, 0)],
      "too_large",
    ],
    [
      "a million seconds, and then nothing",
      "tally",
      [[0, 0, 0, 0, 0, 0], long(room - 100), filled(room - 100, 2)],
      "truncated",
    ],
    [
      "a million empty reasons",
      "incident",
      [beforeReasons, long(900_000), filled(900_000, 0)],
      "too_large",
    ],
  ] as const)("%s", (_title, name, parts, reason) => {
    const held = heldBy(bodyFor(name, ...parts));
    expect(held.reason).toBe(reason);
    expect(held.heldBytes).toBeLessThan(2 * MIB);
  });

  test("a full record that is what it says is read", () => {
    const rows = 240_000;
    const column = filled(rows, 2);
    const scalars = [0, 0, 0, 0, 0, 0];
    const columns = [column, column, column, column].flatMap((each) => [long(rows), each, [0]]);
    const held = heldBy(bodyFor("tally", scalars, ...columns, [0, 0, 0, 0, 0, 0, 0]));
    expect(held.reason).toBe("ok");
    expect(held.heldBytes).toBeLessThan(16 * MIB);
  });
});

const admissionOf = (schema: unknown, budget?: number): ReturnType<typeof compileAdmission> => {
  const parsed = parseAvroSchema(schema);
  if (!parsed.ok) throw new Error(parsed.problem.rule);
  return compileAdmission(parsed.type, budget);
};

const bytesOf = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

describe("admission", () => {
  const ints = { type: "array", items: "int" };

  test.each([
    ["a block with its size", ints, [long(-2), long(2), [2, 4], [0]], "admitted"],
    ["a block with a wrong size", ints, [long(-2), long(1), [2, 4], [0]], "bad_value"],
    ["two blocks", ints, [long(1), [2], long(1), [4], [0]], "admitted"],
    ["an int of 33 bits", "int", [long(2 ** 32)], "bad_value"],
    ["a long beyond 2^53", "long", [long(2 ** 60)], "bad_value"],
    ["a boolean of 2", "boolean", [[2]], "bad_value"],
    ["a union without that branch", ["null", "int"], [long(2)], "bad_value"],
    [
      "an enum without that symbol",
      { type: "enum", name: "E", symbols: ["A"] },
      [long(1)],
      "bad_value",
    ],
    ["a string of negative length", "string", [long(-1)], "bad_value"],
    ["a string longer than the record", "string", [long(3), [65]], "truncated"],
    ["half a double", "double", [[0, 0, 0]], "truncated"],
    ["a map", { type: "map", values: "long" }, [long(1), long(1), [65], long(7), [0]], "admitted"],
    ["a fixed", { type: "fixed", name: "F", size: 3 }, [[1, 2, 3]], "admitted"],
    ["a float and more", "float", [[0, 0, 0, 0, 0]], "trailing_data"],
  ] as const)("%s: %s", (_title, schema, parts, verdict) => {
    expect(admissionOf(schema)(bytesOf(...(parts as readonly number[][])), 0)).toBe(verdict);
  });

  test("stops at its budget", () => {
    const bytes = bytesOf(
      long(100),
      Array.from({ length: 100 }, () => 2),
      [0],
    );
    expect(admissionOf(ints, 1_000)(bytes, 0)).toBe("admitted");
    expect(admissionOf(ints, 500)(bytes, 0)).toBe("too_large");
  });
});
