import fc from "fast-check";
import { expect, test } from "vitest";
import { CANARY_PEER, canaryLine, canaryOf } from "../../../lib/domain/canary.ts";
import type { LineBatch } from "../../../lib/domain/line-batch.ts";

function batchOf(text: string, peer: string | null = CANARY_PEER, lines = 1): LineBatch {
  const segments = [{ lines, arrivalMs: 0, peer, trust: "connected" as const }];
  const bytes = new TextEncoder().encode(text);
  return { input: "udp", realm: "", host: null, shipper: "test", segments, bytes };
}

test("a canary comes back as it was sent", () => {
  const input = fc.string({ minLength: 1 }).filter((text) => text === text.trim() && text !== "");
  fc.assert(
    fc.property(fc.record({ input, sentMs: fc.nat() }), (canary) => {
      expect(canaryOf(batchOf(`${canaryLine(canary)}\n`))).toEqual(canary);
    }),
  );
});

test("the same bytes from a socket, a file or a pipe are a line like any other", () => {
  const text = `${canaryLine({ input: "udp", sentMs: 1 })}\n`;
  for (const peer of [null, "192.0.2.1:514", "[2001:db8::1]:514"]) {
    expect(canaryOf(batchOf(text, peer))).toBeNull();
  }
});

test("what is none is none, whatever the bytes", () => {
  for (const text of ["", "\n", "tidegauge canary \n", "tidegauge canary x udp\n", "other\n"]) {
    expect(canaryOf(batchOf(text))).toBeNull();
  }
  expect(canaryOf(batchOf("tidegauge canary 1 udp\nmore\n", CANARY_PEER, 2))).toBeNull();
  expect(canaryOf({ ...batchOf(""), segments: [] })).toBeNull();
});
