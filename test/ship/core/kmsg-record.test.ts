import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readKmsgRecord } from "../../../services/ship/core/kmsg-record.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function read(text: string) {
  const bytes = encoder.encode(text);
  return readKmsgRecord(bytes, bytes.length);
}

/** As msg_add_ext_text of kernel/printk/printk.c writes a text. */
function escaped(text: Uint8Array): string {
  return Array.from(text, (byte) =>
    byte < 32 || byte >= 127 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  ).join("");
}

describe("a record of /dev/kmsg", () => {
  test("as Linux wrote it", () => {
    const record = read(
      "6,1234,601749973,-;TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:443.\n" +
        " SUBSYSTEM=net\n",
    )!;
    expect(record).toMatchObject({ priority: 6, sequence: 1234, clockUs: 601_749_973 });
    expect(decoder.decode(record.text)).toBe(
      "TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:443.",
    );
  });

  test("fields that a newer kernel adds are passed over", () => {
    expect(read("30,7,5,c,caller=T1;systemd[1]: a; b\n")).toMatchObject({
      priority: 30,
      sequence: 7,
    });
    expect(decoder.decode(read("30,7,5,c,caller=T1;systemd[1]: a; b\n")!.text)).toBe(
      "systemd[1]: a; b",
    );
  });

  test.each([
    "",
    "6",
    "6,1",
    "6,1,2",
    "6,1,2,-no end",
    "x,1,2,-;text",
    "6,,2,-;text",
    "-1,1,1,-;t",
  ])("%o is none", (text) => {
    expect(read(text)).toBeNull();
  });

  test("whatever the kernel is told comes back to the byte", () => {
    fc.assert(
      fc.property(
        fc.nat(191),
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.uint8Array({ maxLength: 1_024 }),
        (priority, sequence, clockUs, text) => {
          const record = read(`${priority},${sequence},${clockUs},-;${escaped(text)}\n KEY=v\n`);
          expect(record).toMatchObject({ priority, sequence, clockUs });
          expect(Buffer.from(record!.text)).toEqual(Buffer.from(text));
        },
      ),
    );
  });

  test("no bytes throw, and the text is no longer than they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const record = readKmsgRecord(bytes, bytes.length);
        expect(record?.text.length ?? 0).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
