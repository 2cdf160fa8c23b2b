import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LIMITS } from "../limits.ts";
import type { Fingerprint } from "./positions.ts";

/** Rotation adds numbers and dates to a name; compressed files cannot be read on. */
const ROTATED_SUFFIX_BYTES = new Set("0123456789-._TZ:+");

export const EMPTY_HEAD: Fingerprint = { bytes: 0, sha256: hash(Buffer.alloc(0)) };

/** An open file: it stays the same one whatever its name points to meanwhile. */
export class FollowedFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #id: string;

  private constructor(path: string, handle: FileHandle, id: string) {
    this.path = path;
    this.#handle = handle;
    this.#id = id;
  }

  static async open(path: string): Promise<FollowedFile> {
    const handle = await open(path, "r");
    const { dev, ino } = await handle.stat({ bigint: true });
    return new FollowedFile(path, handle, `${dev}:${ino}`);
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** Whether its path leads to another file by now; null while it leads nowhere. */
  async isReplaced(): Promise<boolean | null> {
    try {
      const { dev, ino } = await stat(this.path, { bigint: true });
      return `${dev}:${ino}` !== this.#id;
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return null;
      throw error;
    }
  }

  async read(into: Buffer, offset: number): Promise<number> {
    return (await this.#handle.read(into, 0, into.length, offset)).bytesRead;
  }

  /** Its first bytes, at most `bytes` of them. */
  async head(bytes: number): Promise<Fingerprint> {
    const buffer = Buffer.alloc(bytes);
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await this.#handle.read(buffer, length, bytes - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { bytes: length, sha256: hash(buffer.subarray(0, length)) };
  }

  async beginsWith(head: Fingerprint): Promise<boolean> {
    const own = await this.head(head.bytes);
    return own.bytes === head.bytes && own.sha256 === head.sha256;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * Rotated files of `path` to read before it, oldest first: the one that begins with `head` and is
 * longer than `offset` or ends there, and those written after it. Empty where none does.
 */
export async function findRotated(
  path: string,
  head: Fingerprint,
  offset: number,
): Promise<readonly string[]> {
  if (head.bytes < Math.min(offset, LIMITS.fingerprintBytes) || head.bytes === 0) return [];
  const rotated = await rotatedOf(path);
  for (const [index, candidate] of rotated.entries()) {
    if (await isContinued(candidate, head, offset)) return rotated.slice(index);
  }
  return [];
}

async function isContinued(path: string, head: Fingerprint, offset: number): Promise<boolean> {
  const file = await FollowedFile.open(path).catch(() => null);
  if (file === null) return false;
  try {
    return (await file.size()) >= offset && (await file.beginsWith(head));
  } finally {
    await file.close();
  }
}

/** By the time they were last written, oldest first. */
async function rotatedOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const found: { path: string; writtenMs: number }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const suffix = entry.name.slice(name.length);
    const isRotated = entry.name.startsWith(name) && suffix !== "" && isRotation(suffix);
    if (!isRotated || !entry.isFile()) continue;
    const candidate = join(folder, entry.name);
    const status = await stat(candidate).catch(() => null);
    if (status !== null) found.push({ path: candidate, writtenMs: status.mtimeMs });
  }
  return found.sort((a, b) => a.writtenMs - b.writtenMs).map((file) => file.path);
}

function isRotation(suffix: string): boolean {
  return [...suffix].every((letter) => ROTATED_SUFFIX_BYTES.has(letter));
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
