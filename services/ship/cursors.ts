import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../lib/process/durable-file.ts";

/** Where sources stood, across restarts. Values are plain data. */
export interface Cursors {
  /** Null where it never stood, or where what is kept cannot be read: then it begins anew. */
  load(source: string): Promise<unknown>;
  /** Survives the process when it resolves, and the machine. */
  save(source: string, cursor: object): Promise<void>;
}

/** One small JSON file per source. */
export class FolderCursors implements Cursors {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(source: string): Promise<unknown> {
    let text: string;
    try {
      text = await readFile(this.#path(source), "utf8");
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return null;
      throw error;
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Reading again is harmless, a gap is not.
      return null;
    }
  }

  save(source: string, cursor: object): Promise<void> {
    return replaceFile(this.#path(source), `${JSON.stringify(cursor)}\n`);
  }

  #path(source: string): string {
    return join(this.#folder, `${source}.json`);
  }
}

/** The twin for tests, and for output that remembers nothing. */
export class MemoryCursors implements Cursors {
  readonly saved = new Map<string, unknown>();

  async load(source: string): Promise<unknown> {
    return this.saved.get(source) ?? null;
  }

  async save(source: string, cursor: object): Promise<void> {
    this.saved.set(source, structuredClone(cursor));
  }
}
