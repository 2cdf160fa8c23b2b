import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messagesOf } from "../../../lib/stream/kafka-answer.ts";
import { KAFKA_UNPACKED_BYTES_MAX } from "../../../lib/stream/limits.ts";

const GZIP = 1;
/** Kafka has no such one. */
const CODEC_5 = 5;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

interface BatchShape {
  readonly first?: number;
  readonly values?: readonly (string | null)[];
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
  readonly count?: number;
  readonly packed?: Buffer;
}

/** A record batch, version 2, byte by byte. */
function batch(shape: BatchShape): Buffer {
  const { first = 0, values = [], attributes = 0 } = shape;
  const records = Buffer.concat(values.map((value, index) => record(index, value)));
  const packed = shape.packed ?? ((attributes & 7) === GZIP ? gzipSync(records) : records);
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(first), 0);
  head.writeInt32BE(49 + packed.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(attributes, 21);
  head.writeInt32BE(shape.lastOffsetDelta ?? Math.max(0, values.length - 1), 23);
  head.writeBigInt64BE(1_000n, 27);
  head.writeBigInt64BE(9_000n, 35);
  head.writeInt32BE(shape.count ?? values.length, 57);
  return Buffer.concat([head, packed]);
}

function record(offsetDelta: number, value: string | null, headers = [0]): Buffer {
  const bytes = Buffer.from(value ?? "");
  const body = Buffer.concat([
    Buffer.from([0, ...varint(offsetDelta * 10), ...varint(offsetDelta), ...varint(-1)]),
    Buffer.from(varint(value === null ? -1 : bytes.length)),
    bytes,
    Buffer.from(headers),
  ]);
  return Buffer.concat([Buffer.from(varint(body.length)), body]);
}

/** Zigzag, least significant group first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value < 0 ? -2 * value - 1 : 2 * value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return [...bytes, left];
}

/** What came of each message: `offset:value`, or the hole that it stands for. */
async function read(bytes: Buffer): Promise<readonly string[]> {
  return (await messagesOf(bytes)).map(({ offset, value, hole }) => {
    if (hole === undefined) return `${offset}:${value?.toString() ?? "null"}`;
    const extent = `[${hole.fromOffset},${hole.toOffset})`;
    return hole.unreadable === null ? extent : `${extent} ${hole.unreadable.why}`;
  });
}

describe("an answer of a broker", () => {
  it("gives the records of its batches with their offsets and stamps", async () => {
    const bytes = Buffer.concat([
      batch({ first: 7, values: ["a", null, "c"], attributes: GZIP }),
      batch({ first: 10, values: ["d"], attributes: 0x08 }),
    ]);
    expect(await read(bytes)).toEqual(["7:a", "8:null", "9:c", "10:d"]);
    const stamps = (await messagesOf(bytes)).map(({ timestamp }) => timestamp);
    expect(stamps, "the producer's, then the broker's").toEqual(["1000", "1010", "1020", "9000"]);
  });

  it("leaves a batch that was cut off for the next fetch", async () => {
    const whole = batch({ values: ["a"] });
    const next = batch({ first: 1, values: ["b"] });
    for (let length = 0; length < next.length; length++) {
      expect(await read(Buffer.concat([whole, next.subarray(0, length)]))).toEqual(["0:a"]);
    }
  });

  it("goes over what compaction took: a whole batch, and the end of one", async () => {
    const bytes = Buffer.concat([
      batch({ first: 0, values: [], lastOffsetDelta: 99 }),
      batch({ first: 100, values: ["a"], lastOffsetDelta: 9 }),
    ]);
    expect(await read(bytes)).toEqual(["[0,100)", "100:a", "[101,110)"]);
  });

  it("goes over the marker that ends a transaction, and lets kafkajs see which it is", async () => {
    const aborted = Buffer.from("0000000000000000", "hex");
    const key = Buffer.from([0, 0, 0, 0]);
    const body = Buffer.concat([
      Buffer.from([0, 0, 0, 8]),
      key,
      Buffer.from([16]),
      aborted,
      Buffer.from([0]),
    ]);
    const packed = Buffer.concat([Buffer.from(varint(body.length)), body]);
    const marker = batch({ first: 5, count: 1, packed, attributes: TRANSACTIONAL | CONTROL });
    expect(await read(marker)).toEqual(["[5,6)"]);
    expect((await messagesOf(marker))[0]?.key).toEqual(key);
  });

  it("says of a batch that cannot be unpacked where it stands and why, and goes on", async () => {
    const values = ["x", "y"];
    const bomb = gzipSync(Buffer.alloc(KAFKA_UNPACKED_BYTES_MAX + 1));
    const bytes = Buffer.concat([
      batch({ first: 0, values: ["before"] }),
      batch({ first: 1, values, attributes: CODEC_5 }),
      batch({ first: 3, values, packed: bomb, attributes: GZIP }),
      batch({ first: 5, values, packed: Buffer.from("no gzip"), attributes: GZIP }),
      batch({ first: 7, values, count: 2_000_000_000 }),
      batch({ first: 9, values: ["after"] }),
    ]);
    expect(await read(bytes)).toEqual([
      "0:before",
      "[1,3) a record batch is compressed with codec 5, which is not supported",
      expect.stringMatching(/^\[3,5\) .* bytes of gzip unpacks to more than 67108864 bytes$/),
      expect.stringMatching(/^\[5,7\) .* bytes of gzip cannot be unpacked/),
      expect.stringMatching(/^\[7,9\) a record batch is damaged .* do not hold 2000000000 records/),
      "9:after",
    ]);
    const [, unknown] = await messagesOf(bytes);
    expect(unknown?.hole?.unreadable?.bytes).toEqual(
      batch({ first: 1, values, attributes: CODEC_5 }),
    );
  });

  it("takes a batch of more records than arguments fit on a stack", async () => {
    const values = Array.from({ length: 150_000 }, () => "");
    const messages = await messagesOf(batch({ values, attributes: GZIP }));
    expect(messages).toHaveLength(150_000);
    expect(messages.at(-1)?.offset).toBe("149999");
  });

  it("keeps a bounded number of headers, the last of a name", async () => {
    const header = (name: string, value: string) => [2, name.charCodeAt(0), 2, value.charCodeAt(0)];
    const many = Array.from({ length: 20_000 }, () => header("b", "9")).flat();
    const headers = [...varint(20_002), ...header("a", "1"), ...header("a", "2"), ...many];
    const packed = record(0, "x", headers);
    const [message] = await messagesOf(batch({ count: 1, packed }));
    expect(Object.keys(message?.headers ?? {})).toEqual(["a", "b"]);
    expect(message?.headers?.["a"]?.toString()).toBe("2");
  });

  it("ends on any bytes, with every offset of a batch in a message or in a hole", async () => {
    const sound = batch({ first: 40, values: ["a", "b", "c"] });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 61, max: sound.length - 1 }), fc.nat(255))),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, byte] of changes) bytes[at] = byte;
          let next = 40;
          for (const { offset, hole } of await messagesOf(bytes)) {
            expect(hole?.fromOffset ?? Number(offset)).toBeGreaterThanOrEqual(next);
            next = Number(offset) + 1;
          }
          expect(next).toBe(43);
        },
      ),
      { numRuns: 1_000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await messagesOf(Buffer.from(bytes));
      }),
    );
  });
});
