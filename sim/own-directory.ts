import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Trouble } from "../lib/process/trouble.ts";

const OWN_FILES = ["lines.log", "lines.ndjson", "hosts", "truth.json", "tidegauge.yaml"];

/** Makes room for a simulation: a directory that is new, empty, or an earlier simulation's. */
export function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const present = readdirSync(directory);
  if (present.length > 0 && !existsSync(join(directory, "truth.json"))) {
    // Nothing is ever written among files that are not a simulation's own.
    throw new Trouble(
      "simulate_directory_in_use",
      `${directory} holds other files`,
      "give a new or empty directory, or one that an earlier simulation wrote",
      EXIT_CODES.usage,
    );
  }
  // An earlier log beside a new truth would be a lie.
  for (const own of OWN_FILES) rmSync(join(directory, own), { recursive: true, force: true });
}

/** Lines are put together to writes of this size. */
const CHUNK_CHARACTERS = 1 << 18;

/** Each line with its newline; ASCII only. */
export function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, "w");
  let pending = "";
  for (const line of lines) {
    pending += line;
    if (pending.length >= CHUNK_CHARACTERS) {
      writeFileSync(file, pending, "latin1");
      pending = "";
    }
  }
  writeFileSync(file, pending, "latin1");
  closeSync(file);
}
