import { readFileSync } from "node:fs";
import fc from "fast-check";
import { readJsonLines } from "../described.ts";

const encoder = new TextEncoder();

/** Every example of the kernel's and of the shippers' lines. */
export const EXAMPLES = ["../kernel-lines.jsonl", "../shipper-lines.jsonl"]
  .flatMap((file) => readJsonLines(new URL(file, import.meta.url)) as { line: string }[])
  .map(({ line }) => line);

/** What syslog lines are made of: by the rules, nearly, and not at all. */
const PARTS = JSON.parse(
  readFileSync(new URL("../../vectors/line-parts.json", import.meta.url), "utf8"),
) as Readonly<Record<"priorities" | "dates" | "hosts" | "tags" | "texts", readonly string[]>>;

/** Around the longest host names that are read fast, and read at all. */
const LONG_HOSTS = [63, 64, 65, 511, 512].map((length) => "x".repeat(length));

const separator = fc.constantFrom(" ", " ", " ", " ", " ", " ", "  ", "\t", "");

/** Usually there, sometimes left out with the blank behind it. */
const part = (words: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...words), separator, fc.integer({ min: 0, max: 7 }))
    .map(([word, blank, isLeftOut]) => (isLeftOut === 0 ? "" : word + blank));

/** The parts of a syslog line put together at will, most of them where they belong. */
const composed = fc
  .tuple(
    fc.constantFrom(...PARTS.priorities),
    fc.oneof(
      part(PARTS.dates),
      fc.constantFrom("Nov 20 08:30:00 ", "2026-11-20T08:30:00.25+01:00 "),
    ),
    fc.oneof(part([...PARTS.hosts, ...LONG_HOSTS]), fc.constant("fra1-web-001 ")),
    fc.oneof(part(PARTS.tags), fc.constantFrom("kernel: ", "kernel: ", "systemd[1]: ", "su: ")),
    fc.constantFrom(...PARTS.texts),
  )
  .map((parts) => encoder.encode(parts.join("")));

/** What heads, numbers and JSON are made of. */
const ODD_BYTES = encoder.encode(" \t\r:;,=[]{}<>/\"'0149azLTlk.-+\0");

const mutation = fc.record({
  position: fc.nat(400),
  how: fc.constantFrom("flip", "set", "drop", "insert", "truncate", "double", "behead"),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...ODD_BYTES)),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(line: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const bytes = [...line];
  for (const { position, how, byte } of mutations) {
    const at = bytes.length === 0 ? 0 : position % bytes.length;
    if (how === "flip" && bytes.length > 0) bytes[at]! ^= 1 << (byte % 8);
    if (how === "set" && bytes.length > 0) bytes[at] = byte;
    if (how === "drop") bytes.splice(at, 1);
    if (how === "insert") bytes.splice(at, 0, byte);
    if (how === "truncate") bytes.length = at;
    if (how === "double") bytes.splice(at, 0, ...bytes.slice(at, at + 1 + (byte % 24)));
    if (how === "behead") bytes.splice(0, at);
  }
  return Uint8Array.from(bytes, (byte) => (byte === 0x0a ? 0x20 : byte));
}

/** One line without its newline: an example or a composed one, as it is or damaged. */
export const line = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: composed },
      { weight: 1, arbitrary: fc.constantFrom(...EXAMPLES).map((text) => encoder.encode(text)) },
    ),
    fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 4 })),
  )
  .map(([bytes, mutations]) => mutated(bytes, mutations));
