import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUTCOME_PASS, Reading } from "../../services/ingest/core/reading.ts";
import { describeLine } from "../../services/ingest/describe.ts";
import { readEvents } from "../../services/ingest/read-events.ts";
import { readLine } from "../../services/ingest/read-line.ts";
import { describedAs, readJsonLines, REFERENCE } from "./described.ts";

const LINES = ["kernel-lines.jsonl", "shipper-lines.jsonl"]
  .flatMap((file) => readJsonLines(new URL(file, import.meta.url)) as { line: string }[])
  .map(({ line }) => line);

const encoder = new TextEncoder();
const reading = new Reading();

/** A real line with bytes changed, dropped, doubled or cut: most of what goes wrong on the way. */
const mutatedLine = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.array(fc.tuple(fc.nat(400), fc.constantFrom("set", "drop", "add", "cut"), fc.nat(255)), {
      maxLength: 6,
    }),
  )
  .map(([line, changes]) => {
    const bytes = [...encoder.encode(line)];
    for (const [position, change, byte] of changes) {
      const at = position % (bytes.length + 1);
      if (change === "cut") bytes.length = at;
      else bytes.splice(at, change === "add" ? 0 : 1, ...(change === "drop" ? [] : [byte]));
    }
    return Uint8Array.from(bytes);
  });

const anyBytes = fc.oneof(mutatedLine, fc.uint8Array({ maxLength: 300 }));

describe("readLine", () => {
  it("never throws, and points inside the line, whatever the bytes", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        readLine(bytes, 0, bytes.length, REFERENCE, reading);
        const { hostStart, hostEnd, textStart, textEnd } = reading;
        for (const at of [hostStart, hostEnd]) expect(at).toBeLessThanOrEqual(bytes.length);
        expect(textEnd).toBeLessThanOrEqual(bytes.length);
        if (reading.outcome === OUTCOME_PASS) {
          expect(textStart).toBeLessThanOrEqual(textEnd);
          expect(reading.suppressed).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("does not look at the bytes around the line", () => {
    fc.assert(
      fc.property(anyBytes, fc.uint8Array({ maxLength: 40 }), anyBytes, (line, before, after) => {
        const around = new Uint8Array(before.length + line.length + after.length);
        around.set(before, 0);
        around.set(line, before.length);
        around.set(after, before.length + line.length);
        const end = before.length + line.length;
        expect(describeLine(around, before.length, end, REFERENCE, 1)).toEqual(
          describeLine(line, 0, line.length, REFERENCE, 1),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it("gives every line at least one event of one of three outcomes", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const described = describeLine(bytes, 0, bytes.length, REFERENCE, 1);
        expect(described.length).toBeGreaterThan(0);
        for (const { outcome } of described) expect(["pass", "drop", "reject"]).toContain(outcome);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("readEvents", () => {
  it("never throws on any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("message", "log", "metrics"), (value, key) => {
        const bytes = encoder.encode(JSON.stringify({ type: "sample", [key]: value }));
        expect(readEvents(bytes, 0, bytes.length, REFERENCE).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("what a kernel prints is what is read", () => {
  const count = fc.integer({ min: 0, max: 2_147_483_647 });
  const classes = {
    "tcp reset": "tcp_reset",
    "closed port RST": "closed_port_rst",
    "open port RST": "open_port_rst",
    "icmp unreach": "icmp_unreach",
    "icmp ping": "icmp_ping",
    "icmp tstamp": "icmp_tstamp",
    "icmp6 unreach": "icmp6_unreach",
    "sctp ootb": "sctp_ootb",
  };
  const forms = {
    "per second": (words: string, x: number, y: number) =>
      `Limiting ${words} response from ${x} to ${y} packets per second`,
    "/sec": (words: string, x: number, y: number) =>
      `Limiting ${words} response from ${x} to ${y} packets/sec`,
    F5: (words: string, x: number, y: number) =>
      `011e0001:4: Limiting ${words} response from ${x} to ${y} packets/sec for traffic-group /a/b`,
  };
  const printed = Object.entries(forms).flatMap(([form, print]) =>
    Object.entries(classes).map(([words, name]) => ({ form, words, name, print })),
  );

  it.each(printed)("$words, $form", ({ words, name, print }) => {
    fc.assert(
      fc.property(count, count, (offered, allowed) => {
        const suppressed = Math.max(0, offered - allowed);
        expect(
          describedAs(`Nov 20 08:30:00 fw1 kernel: ${print(words, offered, allowed)}`),
        ).toEqual([
          expect.objectContaining({ kind: "limit", class: name, offered, allowed, suppressed }),
        ]);
      }),
      { numRuns: 30 },
    );
  });

  it("icmp-response", () => {
    fc.assert(
      fc.property(count, count, (offered, allowed) => {
        expect(describedAs(`icmp-response bandwidth limit ${offered}/${allowed} pps`)).toEqual([
          expect.objectContaining({ class: "icmp_response", offered, allowed }),
        ]);
      }),
    );
  });
});

describe("a hostile line", () => {
  const head = "Nov 20 08:30:00 fw1 kernel: ";
  const repeated: readonly (readonly [string, string])[] = [
    ["", "Limiting "],
    ["", "kernel: "],
    ["", "[["],
    ["", "1 "],
    ["", "<5>"],
    ["<5>1 - - - - - ", '[a b="\\"'],
    [head, "last message repeated "],
    [head, "Last message '' repeated "],
    [head, "message repeated 3 times: [ "],
    [head, "nf_conntrack: "],
    [head, "sonewconn: pcb 0x1 ("],
    [head, "TCP: [1]:1 to ["],
    [`${head}Limiting tcp reset response from `, "9"],
    [`${head}Connection attempt to TCP `, ":"],
  ];
  const maxLooksPerByte = 12;

  it.each(repeated)(
    "of %s and many times %s is looked at a few times, not squared",
    (start, unit) => {
      const bytes = encoder.encode(start + unit.repeat(1_000));
      const counted = countingLooks(bytes);
      readLine(counted.bytes, 0, bytes.length, REFERENCE, reading);
      expect(counted.looks()).toBeLessThan(maxLooksPerByte * bytes.length + 2_000);
    },
  );

  it.each([
    ['{"a":', "}"],
    ['{"log":"', '"}'],
    ["[{", "}]"],
    ["syslog,a=\\,", ""],
    ['syslog,a=b message="\\"', ""],
  ])("of nested or escaped %s a megabyte long ends in an outcome", (open, close) => {
    const times = Math.floor(500_000 / open.length);
    const described = describedAs(open.repeat(times) + close.repeat(times));
    expect(described).toHaveLength(1);
  });
});

/** The same bytes, and how often one of them was read. */
function countingLooks(bytes: Uint8Array): { bytes: Uint8Array; looks: () => number } {
  let looks = 0;
  const counted = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && key !== "length" && !(key in Uint8Array.prototype)) looks++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { bytes: counted, looks: () => looks };
}
