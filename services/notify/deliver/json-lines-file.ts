import { constants } from "node:fs";
import { mkdir, open, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

const NEWLINE = 0x0a;
const TAIL_BYTES = 65_536;

/** A file of lines that is only ever appended to, and never ends in half a line. */
export class JsonLinesFile {
  readonly path: string;
  readonly #rotateAtBytes: number;
  readonly #keep: number;
  #file: FileHandle | null = null;
  #sizeBytes = 0;
  #inode: number | bigint = 0;

  constructor(path: string, rotateAtBytes: number, keep: number) {
    this.path = path;
    this.#rotateAtBytes = rotateAtBytes;
    this.#keep = keep;
  }

  /** Creates what is missing and cuts a torn last line off; the result is how many bytes went. */
  async open(): Promise<number> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND);
    try {
      const { size, ino } = await file.stat();
      const whole = await endOfLastLine(file, size);
      if (whole < size) await file.truncate(whole);
      this.#file = file;
      this.#sizeBytes = whole;
      this.#inode = ino;
      return size - whole;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** When it resolves the line is on the disk; when it rejects nothing of it is in the file. */
  async append(line: string): Promise<void> {
    await this.#prepare(Buffer.byteLength(line));
    const file = this.#file as FileHandle;
    try {
      await file.writeFile(line);
      await file.datasync();
      this.#sizeBytes += Buffer.byteLength(line);
    } catch (error) {
      // Closing makes the next attempt open, and cut off what this one may have left.
      await file.truncate(this.#sizeBytes).catch(() => {});
      await this.close().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #prepare(lineBytes: number): Promise<void> {
    if (this.#file !== null && (await this.#wasMoved())) await this.close();
    if (this.#file === null) await this.open();
    if (this.#sizeBytes === 0 || this.#sizeBytes + lineBytes <= this.#rotateAtBytes) return;
    await this.close();
    await this.#rotate();
    await this.open();
  }

  /** Somebody else's rotation took the file away. */
  async #wasMoved(): Promise<boolean> {
    const found = await stat(this.path).catch(() => null);
    return found === null || found.ino !== this.#inode || found.size !== this.#sizeBytes;
  }

  /** `path.1` is the youngest of the files put aside. */
  async #rotate(): Promise<void> {
    await unlink(`${this.path}.${this.#keep}`).catch(ignoreMissing);
    for (let number = this.#keep - 1; number >= 1; number--) {
      const [from, to] = [`${this.path}.${number}`, `${this.path}.${number + 1}`];
      await rename(from, to).catch(ignoreMissing);
    }
    await rename(this.path, `${this.path}.1`);
  }
}

/** Where the last whole line ends: 0 when there is none. */
async function endOfLastLine(file: FileHandle, sizeBytes: number): Promise<number> {
  const buffer = Buffer.alloc(TAIL_BYTES);
  for (let end = sizeBytes; end > 0;) {
    const start = Math.max(0, end - TAIL_BYTES);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
