import { GAUGES, LIMIT_CLASS_COUNT } from "../../../lib/domain/gauge.ts";
import { assert } from "../../../lib/domain/assert.ts";
import { ascii } from "./bytes.ts";
import { type Heads, HOST_HEADS, TAG_HEADS, TEXT_HEADS } from "./heads.ts";
import { LIMIT_ROWS_MODULE } from "./limit-rows-module.ts";

/** What lies where, by the names of assembly/memory.ts. */
type Place =
  | "CLASSES"
  | "CLASS_BYTES"
  | "CLASS_LENGTH"
  | "CLASS_MASK"
  | "CLASS_OF"
  | "HOST_HEADS"
  | "KNOWN_HOSTS"
  | "KNOWN_HOSTS_BYTES"
  | "LINES"
  | "NEXT"
  | "PAIR_KINDS"
  | "ROWS"
  | "ROWS_MAX"
  | "ROW_BYTES"
  | "TAG_HEADS"
  | "TEXT_HEADS"
  | "WINDOW"
  | "WINDOW_BYTES";

interface Exports extends Readonly<Record<Place, { readonly value: number }>> {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly limitRows: (
    start: number,
    limit: number,
    rowsMax: number,
    lineBytesMax: number,
    realm: number,
  ) => number;
  readonly oneLine: (start: number, stop: number, realm: number) => number;
  readonly rememberHost: (start: number, end: number, realm: number, host: number) => void;
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

/** No host is remembered any more. */
export function forgetHosts(): void {
  const start = code.KNOWN_HOSTS.value;
  MEMORY.fill(0, start, start + code.KNOWN_HOSTS_BYTES.value);
}

writeHeads(code.HOST_HEADS.value, HOST_HEADS);
writeHeads(code.TAG_HEADS.value, TAG_HEADS);
writeHeads(code.TEXT_HEADS.value, TEXT_HEADS);
GAUGES.slice(0, LIMIT_CLASS_COUNT).forEach(writeClass);
assert(code.LINES.value === code.NEXT.value + 4, "what was passed is told in two words");

function writeHeads(at: number, { pairs, fours }: Heads): void {
  MEMORY.set(pairs, at);
  MEMORY.set(fours, at + code.PAIR_KINDS.value);
}

/** The words in front of a class's numbers, and which class the bytes that tell it apart mean. */
function writeClass(name: string, gauge: number): void {
  const text = name.replaceAll("_", " ").replace("rst", "RST");
  const words = ascii(`Limiting ${text} response from `);
  const row = code.CLASSES.value + gauge * code.CLASS_BYTES.value;
  MEMORY.set(words, row);
  MEMORY.fill(0xff, row + code.CLASS_MASK.value, row + code.CLASS_MASK.value + words.length);
  MEMORY[row + code.CLASS_LENGTH.value] = words.length;
  const key = code.CLASS_OF.value + ((3 * words[9]! + words[14]!) & 0xff);
  assert(MEMORY[key] === 0, "no two classes share what tells them apart");
  MEMORY[key] = gauge;
}
