import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineObject, syslogLine } from "../../../services/ship/core/kernel-line.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LIMIT = "Limiting tcp reset response from 422 to 192 packets/sec";
const TIME_MS = Date.parse("2026-11-20T08:30:00.123Z");

function line(text: string): Uint8Array {
  return syslogLine({
    priority: 4,
    timeMs: TIME_MS,
    host: "fra1-web-001",
    text: encoder.encode(text),
  });
}

describe("a kernel line of this machine", () => {
  test("is RFC 5424 with a whole time", () => {
    expect(decoder.decode(line(LIMIT))).toBe(
      `<4>1 2026-11-20T08:30:00.123Z fra1-web-001 kernel - - - ${LIMIT}`,
    );
  });

  test("is one line whatever the kernel put into it", () => {
    expect(decoder.decode(line("a\nb"))).toMatch(/ a b$/);
  });

  test("comes apart again as the JSON of the contract", () => {
    expect(lineObject(line(LIMIT), null)).toEqual({
      type: "line",
      host: "fra1-web-001",
      time: "2026-11-20T08:30:00.123Z",
      text: LIMIT,
    });
  });

  test("a line that was relayed stays whole: its own host and time are in it", () => {
    const relayed = `<13>Nov 20 08:30:00 fra1-web-002 kernel: ${LIMIT}`;
    expect(lineObject(encoder.encode(relayed), "relay-1")).toEqual({
      type: "line",
      host: "relay-1",
      time: null,
      text: relayed,
    });
  });

  test("no text is lost or added on the way there and back", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const printed = text.replaceAll("\n", " ");
        expect(lineObject(line(text), null).text).toBe(decoder.decode(encoder.encode(printed)));
      }),
    );
  });
});
