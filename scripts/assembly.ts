import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../lib/process/package-root.ts";

/**
 * Compiles assembly/ into a module of ours. It is committed like a page (docs.ts), so that whoever
 * runs tidegauge needs no compiler.
 */
const ENTRY = "assembly/limit-rows.ts";
/** Constants lie below the tables of assembly/memory.ts, and the pages hold all of it. */
const MEMORY_FLAGS = "--memoryBase 64 --initialMemory 9 --maximumMemory 9";
/** 112 warns of vectors that cross to JavaScript; ours only cross from file to file. */
const CODE_FLAGS = "--runtime stub --enable simd -O3 --noAssert --disableWarning 112";
const FLAGS = `${CODE_FLAGS} ${MEMORY_FLAGS}`.split(" ");
const COLUMNS = 88;

export function renderModule(): string {
  const base64 = compiled().toString("base64");
  const pieces = base64.match(new RegExp(`.{1,${COLUMNS}}`, "g")) ?? [];
  return `/** Made of assembly/ by \`npm run docs\`, in base64. */
export const LIMIT_ROWS_MODULE = [${pieces.map((piece) => `"${piece}"`).join(",\n")}].join("");
`;
}

/** By its command, since the types of its interface redefine those of arrays for everybody. */
function compiled(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "tidegauge-assembly-"));
  try {
    const compiler = join(packageRoot(), "node_modules/assemblyscript/bin/asc.js");
    const output = join(folder, "limit-rows.wasm");
    const inputs = [compiler, ENTRY, "--outFile", output, ...FLAGS];
    execFileSync(process.execPath, inputs, { cwd: packageRoot(), stdio: "inherit" });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
