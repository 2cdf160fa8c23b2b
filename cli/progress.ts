import type { FactBatch } from "../lib/domain/fact-batch.ts";
import { wallClock } from "../lib/process/clock.ts";
import type { ByteSource } from "../offline/byte-source.ts";
import type { FactSource } from "../offline/fact-source.ts";

const SHOW_EVERY_MS = 200;
const BAR_WIDTH = 30;
const MEGABYTE = 1_000_000;

/** How far the reading has come, on standard error and only where that is a terminal. */
export class Progress {
  readonly #files: readonly ByteSource[];
  readonly #totalBytes: number;
  readonly #isShown: boolean;
  #shownAtMs = 0;

  constructor(files: readonly ByteSource[], stream: { isTTY?: boolean } = process.stderr) {
    this.#files = files;
    this.#totalBytes = files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
    this.#isShown = stream.isTTY === true;
  }

  /** The same source; each batch that it hands over may move the bar. */
  watch(source: FactSource): FactSource {
    if (!this.#isShown) return source;
    const next = (): FactBatch | null | Promise<FactBatch | null> => {
      this.#show();
      return source.next();
    };
    return { name: source.name, next };
  }

  end(): void {
    if (this.#isShown) process.stderr.write("\r\u001b[K");
  }

  #show(): void {
    const nowMs = wallClock.nowMs();
    if (nowMs - this.#shownAtMs < SHOW_EVERY_MS) return;
    this.#shownAtMs = nowMs;
    const readBytes = this.#files.reduce((sum, file) => sum + file.readBytes, 0);
    const read = `${Math.round(readBytes / MEGABYTE)} MB`;
    process.stderr.write(`\r\u001b[K${this.#bar(readBytes)}${read} read`);
  }

  #bar(readBytes: number): string {
    if (this.#totalBytes === 0) return "";
    const share = Math.min(1, readBytes / this.#totalBytes);
    const full = Math.round(share * BAR_WIDTH);
    const bar = "#".repeat(full) + ".".repeat(BAR_WIDTH - full);
    return `[${bar}] ${Math.floor(share * 100)} % `;
  }
}
