import { GAUGES, LIMIT_CLASS_COUNT } from "../../../lib/domain/gauge.ts";
import { assert } from "../../../lib/domain/assert.ts";
import { ascii } from "./bytes.ts";
import { type Heads, HOST_HEADS, LOOK, TAG_HEADS, TEXT_HEADS } from "./heads.ts";
import { LIMIT_ROWS_MODULE } from "./limit-rows-module.ts";

/** What lies where, by the names of assembly/memory.ts. */
type Place =
  | "CLASSES"
  | "CLASS_BYTES"
  | "CLASS_LENGTH"
  | "CLASS_MASK"
  | "CLASS_OF"
  | "DROP"
  | "HOST_HEADS"
  | "LIMIT"
  | "LINES"
  | "LINE_BYTES_MIN"
  | "LOOK"
  | "NEXT"
  | "PAIR_KINDS"
  | "ROWS"
  | "ROWS_MAX"
  | "ROW_BYTES"
  | "TAG_HEADS"
  | "TEXT_HEADS"
  | "UNSURE"
  | "WINDOW"
  | "WINDOW_BYTES";

interface Exports extends Readonly<Record<Place, { readonly value: number }>> {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly limitRows: (
    start: number,
    limit: number,
    rowsMax: number,
    lineBytesMax: number,
    names: number,
  ) => number;
  readonly oneLine: (start: number, stop: number, names: number) => number;
  readonly rememberHost: (start: number, end: number, names: number, host: number) => void;
}

/** As much of the standard as is used here: TypeScript has it only for browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const bytes = Uint8Array.from(atob(LIMIT_ROWS_MODULE), (character) => character.charCodeAt(0));
const code = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;

export const { limitRows, oneLine, rememberHost } = code;
export const MEMORY = new Uint8Array(code.memory.buffer);
export const WINDOW = code.WINDOW.value;
export const WINDOW_BYTES = code.WINDOW_BYTES.value;
export const ROWS_MAX = code.ROWS_MAX.value;
export const ROW_WORDS = code.ROW_BYTES.value / 4;
export const ROWS = new Int32Array(code.memory.buffer, code.ROWS.value, ROWS_MAX * ROW_WORDS);
/** Where the last call stopped, and how many lines it passed. */
export const PASSED = new Int32Array(code.memory.buffer, code.NEXT.value, 2);

/** What the module makes of a line. */
export const DROP = code.DROP.value;
export const LIMIT = code.LIMIT.value;
export const UNSURE = code.UNSURE.value;
/** With less behind its start no line is decided. */
export const LINE_BYTES_MIN = code.LINE_BYTES_MIN.value;

const HEADS_BYTES = code.TAG_HEADS.value - code.HOST_HEADS.value;
/** What tells the classes apart. */
const keys = new Set<number>();

writeHeads(code.HOST_HEADS.value, HOST_HEADS);
writeHeads(code.TAG_HEADS.value, TAG_HEADS);
writeHeads(code.TEXT_HEADS.value, TEXT_HEADS);
GAUGES.slice(0, LIMIT_CLASS_COUNT).forEach((name, gauge) => {
  // Form A of the line has other words, and the general reader.
  if (name !== "icmp_response") writeClass(name, gauge);
});
assert(code.LOOK.value === LOOK, "pairs of bytes mean the same on both sides");
assert(code.LINES.value === code.NEXT.value + 4, "what was passed is told in two words");

function writeHeads(at: number, { pairs, fours }: Heads): void {
  // A zero ends the list.
  assert(code.PAIR_KINDS.value + fours.length < HEADS_BYTES, "heads fit into their table");
  MEMORY.set(pairs, at);
  MEMORY.set(fours, at + code.PAIR_KINDS.value);
}

/** The words in front of a class's numbers, and which class the bytes that tell it apart mean. */
function writeClass(name: string, gauge: number): void {
  const text = name.replaceAll("_", " ").replace("rst", "RST");
  const words = ascii(`Limiting ${text} response from `);
  assert(words.length <= code.CLASS_MASK.value, "the words of a class fit into its row");
  const row = code.CLASSES.value + gauge * code.CLASS_BYTES.value;
  MEMORY.set(words, row);
  MEMORY.fill(0xff, row + code.CLASS_MASK.value, row + code.CLASS_MASK.value + words.length);
  MEMORY[row + code.CLASS_LENGTH.value] = words.length;
  const key = (3 * words[9]! + words[14]!) & 0xff;
  assert(!keys.has(key), "no two classes share what tells them apart");
  keys.add(key);
  MEMORY[code.CLASS_OF.value + key] = gauge;
}
