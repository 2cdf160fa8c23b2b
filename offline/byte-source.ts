import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { Trouble } from "../lib/process/trouble.ts";

/** Bytes of one file or of standard input, read into the caller's buffer. */
export interface ByteSource {
  readonly name: string;
  /** Of the file as it lies there, compressed or not; null for standard input. */
  readonly sizeBytes: number | null;
  /** When it was last written; null for standard input. */
  readonly modifiedMs: number | null;
  /** Bytes of the file, compressed or not, that have been read so far. */
  readonly readBytes: number;
  /** Why the bytes ended early; null while they have not. */
  readonly trouble: Trouble | null;
  /** Fills buffer[at, ...) and answers how many bytes; 0 at the end. */
  read(buffer: Uint8Array, at: number): number | Promise<number>;
  close(): void;
}

const GZIP_MAGIC = 0x1f8b;
const ZSTD_MAGIC = 0x28b52ffd;

/** Opens a file by what it begins with, not by its name. */
export function openFile(path: string): ByteSource {
  const fd = openOrExplain(path);
  const stat = fstatSync(fd);
  if (stat.isDirectory()) {
    closeSync(fd);
    throw new Trouble("file_is_folder", `${path} is a folder`, "name the files in it", 2);
  }
  const head = Buffer.alloc(4);
  const headBytes = stat.isFile() ? readSync(fd, head, 0, 4, 0) : 0;
  const isGzip = headBytes >= 2 && head.readUInt16BE(0) === GZIP_MAGIC;
  const isZstd = headBytes === 4 && head.readUInt32BE(0) === ZSTD_MAGIC;
  const facts = { name: path, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  if (!isGzip && !isZstd) return new PlainFile(fd, facts, stat.isFile());
  closeSync(fd);
  const file = createReadStream(path);
  const decompress = isGzip ? createGunzip() : createZstdDecompress();
  file.on("error", (error) => decompress.destroy(error));
  const source = new StreamSource(file.pipe(decompress), facts);
  file.on("data", (chunk) => (source.readBytes += chunk.length));
  return source;
}

export function standardInput(): ByteSource {
  const facts = { name: "-", sizeBytes: null, modifiedMs: null };
  const source = new StreamSource(process.stdin, facts);
  process.stdin.on("data", (chunk: Buffer) => (source.readBytes += chunk.length));
  process.stdin.pause();
  return source;
}

interface FileFacts {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
}

function openOrExplain(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const why = code === "ENOENT" ? "does not exist" : `cannot be opened (${code})`;
    throw new Trouble("file_unreadable", `${path} ${why}`, "name a file that can be read", 2);
  }
}

class PlainFile implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
  readBytes = 0;
  trouble: Trouble | null = null;
  readonly #fd: number;
  readonly #isRegular: boolean;

  constructor(fd: number, facts: FileFacts, isRegular: boolean) {
    this.#fd = fd;
    this.name = facts.name;
    this.sizeBytes = facts.sizeBytes;
    this.modifiedMs = facts.modifiedMs;
    this.#isRegular = isRegular;
  }

  read(buffer: Uint8Array, at: number): number {
    let count = 0;
    try {
      count = readSync(this.#fd, buffer, at, buffer.length - at, null);
    } catch (error) {
      this.trouble = brokenOff(this.name, error, this.readBytes);
    }
    this.readBytes += count;
    const isShort = count === 0 && this.#isRegular && this.readBytes < (this.sizeBytes ?? 0);
    if (isShort && this.trouble === null) {
      this.trouble = new Trouble(
        "file_shrank",
        `${this.name} became shorter while it was read: ` +
          `${this.readBytes} of ${this.sizeBytes} bytes`,
        "read a copy, or the rotated file",
      );
    }
    return count;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

class StreamSource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
  readBytes = 0;
  trouble: Trouble | null = null;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable, facts: FileFacts) {
    this.#stream = stream;
    this.name = facts.name;
    this.sizeBytes = facts.sizeBytes;
    this.modifiedMs = facts.modifiedMs;
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(buffer: Uint8Array, at: number): Promise<number> {
    while (this.#rest.length === 0) {
      const isOver = await this.#advance();
      if (isOver) return 0;
    }
    const count = Math.min(this.#rest.length, buffer.length - at);
    buffer.set(this.#rest.subarray(0, count), at);
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  close(): void {
    this.#stream.destroy();
  }

  async #advance(): Promise<boolean> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done !== true) this.#rest = value;
      return done === true;
    } catch (error) {
      this.trouble = brokenOff(this.name, error, this.readBytes);
      return true;
    }
  }
}

function brokenOff(name: string, error: unknown, readBytes: number): Trouble {
  const why = error instanceof Error ? error.message : String(error);
  return new Trouble(
    "file_broken",
    `${name} breaks off after ${readBytes} bytes (${why}); what came before it was read`,
    "fetch the file again",
  );
}
