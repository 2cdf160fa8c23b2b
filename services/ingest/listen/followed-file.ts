import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Fingerprint } from "./positions.ts";

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

  /** Null where no file has that name. */
  static async openIfThere(path: string): Promise<FollowedFile | null> {
    try {
      return await FollowedFile.open(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /**
   * Whether its path leads to another file by now that somebody writes to. While that one is empty
   * the writer has not been told yet, and goes on in this one.
   */
  async hasSuccessor(): Promise<boolean> {
    try {
      const { dev, ino, size } = await stat(this.path, { bigint: true });
      return `${dev}:${ino}` !== this.#id && size > 0n;
    } catch (error) {
      if (isMissing(error)) return false;
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

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ENOENT";
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
