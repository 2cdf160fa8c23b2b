import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { utcZone } from "../../lib/domain/zone.ts";
import { OutcomeCounts } from "../../services/ingest/core/outcome-counts.ts";
import { LineRecords } from "../../services/ingest/line-records.ts";
import { ObservationPacker } from "../../services/ingest/observation-packer.ts";
import { EXAMPLES, line } from "./core/generated-lines.ts";
import { limitLine } from "./listen/listen-world.ts";
import { reading, START_MS, TOPIC, topicsWorld } from "./topics-world.ts";

const encoder = new TextEncoder();
const PLACE = { topic: TOPIC, partition: 0 };
const DAY_MS = 86_400_000;

/** As an answer of a broker holds them: in one buffer, with other bytes between and behind. */
function inOneBuffer(records: readonly Uint8Array[], between: Uint8Array): Uint8Array[] {
  const whole = Buffer.concat([
    ...records.flatMap((bytes) => [between, bytes]),
    encoder.encode("Limiting tcp reset response from 1 to 2 packets/sec\n".repeat(4)),
  ]);
  const { buffer } = new Uint8Array(whole);
  let at = 0;
  return records.map(({ length }) => {
    at += between.length + length;
    return new Uint8Array(buffer, at - length, length);
  });
}

/** What becomes of records: every byte that is published, and every outcome that is told. */
async function become(values: readonly Uint8Array[], stamps: readonly number[]) {
  const { step, told } = reading(topicsWorld());
  await step.assigned([PLACE]);
  const records = values.map((value, offset) => ({
    offset,
    arrivalMs: stamps[offset % stamps.length]!,
    key: null,
    value,
    headers: {},
  }));
  const endOffset = records.length;
  const event = { ...PLACE, type: "records", records, nextOffset: endOffset, endOffset } as const;
  const { publish, done } = await step.handle(event);
  done?.();
  const { lines, passed, dropped, rejected, calls } = told;
  return { publish, lines, passed, dropped, rejected, calls };
}

describe("records of one line each", () => {
  const ending = fc.constantFrom("", "\n", "\r\n", "\n\n", "\nNov 20 08:30:00 b2 su: x");
  const value = fc
    .tuple(
      fc.oneof(
        line,
        fc.constantFrom(...EXAMPLES).map((text) => encoder.encode(text)),
      ),
      ending,
    )
    .map(([bytes, end]) => Buffer.concat([bytes, encoder.encode(end)]));

  it("become the same in one buffer, where they are read fast, as each in its own", async () => {
    const stamps = fc.array(fc.constantFrom(START_MS, START_MS + 40 * DAY_MS, 0), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.uint8Array({ maxLength: 9 }),
        stamps,
        async (values, between, stamps) => {
          const each = values.map((bytes) => new Uint8Array(bytes));
          const together = inOneBuffer(values, between);
          expect(await become(together, stamps)).toEqual(await become(each, stamps));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("are read fast where they are plain, and left alone where they are not", () => {
    const directory = new HostDirectory();
    const packer = new ObservationPacker(directory, 4);
    const records = new LineRecords({ directory, packer, retainMs: DAY_MS });
    const counts = new OutcomeCounts();
    const source = { realm: "", zone: utcZone, trust: "connected" } as const;
    const late = "Nov 17 08:30:00 a1 kernel: Limiting tcp reset response from 2 to 1 packets/sec";
    const texts = [
      limitLine("a1"),
      "Nov 20 08:30:00 a1 sshd[1]: Accepted",
      '{"message":"x"}',
      "",
      late,
      `${limitLine("a1")}\n${limitLine("a2")}`,
    ];
    const values = inOneBuffer(
      texts.map((text) => encoder.encode(text)),
      new Uint8Array(3),
    );
    const isRead = values.map((bytes, offset) => {
      const record = { offset, arrivalMs: START_MS, key: null, value: bytes, headers: {} };
      return records.read("t/0", record, source, counts);
    });
    expect(isRead).toEqual([true, true, false, false, false, false]);
    expect(counts).toMatchObject({ lines: 2, pass: 1, dropped: 1 });
    const [packed] = packer.take([]);
    expect(packed!.batch).toMatchObject({ origins: ["t/0@0"], line: [1] });
  });
});
