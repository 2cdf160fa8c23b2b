import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../../lib/process/durable-file.ts";

/** The first bytes of a file, by which it is known under another name or inode. */
export interface Fingerprint {
  readonly bytes: number;
  /** SHA-256 of them, hexadecimal. */
  readonly sha256: string;
}

/** Up to where a file is in the log. */
export interface FilePosition {
  readonly head: Fingerprint;
  /** Start of the first line that is not. */
  readonly offset: number;
}

/** `never` was read before; of `damaged` nothing is known but that it was. */
export type Remembered = FilePosition | "never" | "damaged";

/** Where inputs stood, across restarts. */
export interface Positions {
  load(input: string): Promise<Remembered>;
  /** Survives the process when it resolves, and the machine. */
  save(input: string, position: FilePosition): Promise<void>;
}

/** One small file per input, replaced as a whole: a torn one is never the only one. */
export class FolderPositions implements Positions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(input: string): Promise<Remembered> {
    let text: string;
    try {
      text = await readFile(this.#path(input), "utf8");
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return "never";
      throw error;
    }
    return positionIn(text) ?? "damaged";
  }

  async save(input: string, position: FilePosition): Promise<void> {
    await replaceFile(this.#path(input), `${JSON.stringify(position)}\n`);
  }

  #path(input: string): string {
    return join(this.#folder, `${input}.json`);
  }
}

/** The twin for tests and the simulator. */
export class MemoryPositions implements Positions {
  readonly saved = new Map<string, Remembered>();

  async load(input: string): Promise<Remembered> {
    return this.saved.get(input) ?? "never";
  }

  async save(input: string, position: FilePosition): Promise<void> {
    this.saved.set(input, position);
  }
}

function positionIn(text: string): FilePosition | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { head, offset } = (value ?? {}) as Partial<FilePosition>;
  const isWhole =
    isSize(offset) && isSize(head?.bytes) && typeof head?.sha256 === "string" && head !== undefined;
  return isWhole ? { head, offset } : null;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
