import { sleep } from "../../../lib/process/clock.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import { Framing } from "../envelopes/framing.ts";
import type { Rotation } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { EMPTY_HEAD, findRotated, FollowedFile } from "./followed-file.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import type { LineOrigin } from "./line-writer.ts";
import type { Fingerprint, Positions } from "./positions.ts";

const FRAMING = {
  octetCounting: false,
  frameBytesMax: LIMITS.fileLineBytesMax,
  countMax: 0,
};

export interface FileTailOptions {
  readonly identity: InputIdentity;
  readonly path: string;
  /** Whose the lines are that name no host. */
  readonly host: string | null;
  /** Where a file starts that was never read before. */
  readonly from: "beginning" | "end";
  readonly positions: Positions;
  readonly pollMs?: number;
}

/**
 * Follows one file by its name, through rotation by rename and by copytruncate. Its position moves
 * behind what is in the log, never before it: a crash repeats lines and loses none. A last line
 * without its newline waits for it.
 */
export class FileTail implements Input {
  readonly name: string;
  readonly #world: InputWorld;
  readonly #options: FileTailOptions;
  readonly #buffer = Buffer.allocUnsafe(LIMITS.fileReadBytes);
  readonly #stop = new AbortController();
  readonly #framing: Framing;
  #path: InputPath | null = null;
  #ended: Promise<void> = Promise.resolve();
  #file: FollowedFile | null = null;
  /** How far it has been read. */
  #offset = 0;
  #head: Fingerprint = EMPTY_HEAD;
  /** Rotated files that come before the one of that name. */
  #before: readonly string[] = [];
  #quietPolls = 0;
  #savedMs = Number.NEGATIVE_INFINITY;
  #savedOffset = -1;
  #isTold = false;

  constructor(world: InputWorld, options: FileTailOptions) {
    this.name = options.identity.name;
    this.#world = world;
    this.#options = options;
    const origin: LineOrigin = { peer: null, trust: "connected", host: options.host };
    this.#framing = new Framing(FRAMING, (bytes, start, end, excess) =>
      this.#running().sieve.take(bytes, start, end, excess, origin, null),
    );
  }

  get counts(): OutcomeCounts {
    return this.#running().sieve.counts;
  }

  async start({ died }: PartContext): Promise<void> {
    const { identity, path } = this.#options;
    this.#path = new InputPath(this.#world, identity, path, died);
    await this.#resume();
    this.#world.events.inputStarted(this.name, `${path} at ${this.#offset}`);
    this.#ended = this.#run().catch(died);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.#running().close();
    await this.#remember();
    await this.#file?.close();
  }

  inject(line: Uint8Array): void {
    this.#running().inject(line);
  }

  #running(): InputPath {
    return this.#path!;
  }

  async #run(): Promise<void> {
    const { pollMs = LIMITS.filePollMs } = this.#options;
    const { signal } = this.#stop;
    let hasMore = true;
    while (!signal.aborted) {
      if (!hasMore) await sleep(this.#world.clock, pollMs, signal);
      if (signal.aborted) return;
      hasMore = await this.#poll(hasMore);
    }
  }

  /** One look at the file; true where the next one should follow at once. */
  async #poll(isBusy: boolean): Promise<boolean> {
    try {
      if (this.#file === null && !(await this.#open())) return false;
      if (!isBusy && (await this.#isTruncated())) return await this.#restart();
      if (await this.#readOn()) return true;
      return await this.#leaveIfOver();
    } catch (error) {
      if (!isFileError(error)) throw error;
      if (!this.#isTold) this.#world.events.fileUnreadable(this.name, this.#options.path, error);
      this.#isTold = true;
      return false;
    }
  }

  /** Where it stood, or where it begins: opens nothing that is not there. */
  async #resume(): Promise<void> {
    const { path, from, positions } = this.#options;
    const remembered = await positions.load(this.name);
    const file = await FollowedFile.open(path).catch(() => null);
    if (remembered === "never" || remembered === "damaged") {
      // After a damaged position everything is read again: repetition is harmless, a gap is not.
      if (from === "beginning" || remembered === "damaged") return void (await file?.close());
      this.#file = file;
      if (file !== null) await this.#skipToEnd(file);
      return this.#remember();
    }
    const { head, offset } = remembered;
    if (file !== null && (await file.size()) >= offset && (await file.beginsWith(head))) {
      this.#file = file;
      this.#head = head;
      this.#offset = offset;
      return;
    }
    await file?.close();
    await this.#goThroughRotated(head, offset);
  }

  /** The file we stood in has another name by now, or none. */
  async #goThroughRotated(head: Fingerprint, offset: number): Promise<void> {
    const { path } = this.#options;
    const rotated = await findRotated(path, head, offset).catch(() => []);
    const [first, ...rest] = rotated;
    if (first === undefined) {
      if (offset > 0) this.#world.events.fileLost(this.name, path, offset);
      return;
    }
    this.#file = await FollowedFile.open(first);
    this.#before = rest;
    this.#head = head;
    this.#offset = offset;
  }

  /** The end of the last line that is there. */
  async #skipToEnd(file: FollowedFile): Promise<void> {
    const size = await file.size();
    this.#head = await file.head(LIMITS.fingerprintBytes);
    const last = Buffer.alloc(1);
    const isWhole = size === 0 || ((await file.read(last, size - 1)) === 1 && last[0] === 0x0a);
    this.#offset = size;
    if (!isWhole) await this.#skipLine(file);
  }

  /** What is left of a line that was begun before us is not ours to read. */
  async #skipLine(file: FollowedFile): Promise<void> {
    const block = Buffer.alloc(LIMITS.lineBytesMax);
    const from = Math.max(0, this.#offset - block.length);
    const length = await file.read(block, from);
    const newline = block.subarray(0, length).lastIndexOf(0x0a);
    // The unfinished line is read as a whole once it is finished.
    this.#offset = newline < 0 ? from : from + newline + 1;
  }

  async #open(): Promise<boolean> {
    const [next = this.#options.path, ...rest] = this.#before;
    try {
      this.#file = await FollowedFile.open(next);
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT" && this.#before.length > 0) {
        this.#before = rest;
        return true;
      }
      throw error;
    }
    this.#before = rest;
    this.#head = EMPTY_HEAD;
    this.#offset = 0;
    this.#isTold = false;
    return true;
  }

  async #isTruncated(): Promise<boolean> {
    const file = this.#file!;
    if ((await file.size()) < this.#offset) return true;
    return !(await file.beginsWith(this.#head));
  }

  /** After copytruncate: what we had not read of the old content is in the copy. */
  async #restart(): Promise<boolean> {
    const offset = this.#offset - this.#framing.unfinishedBytes;
    const head = this.#head;
    this.#framing.reset();
    await this.#leave("copytruncate");
    await this.#goThroughRotated(head, offset);
    return true;
  }

  async #readOn(): Promise<boolean> {
    const length = await this.#file!.read(this.#buffer, this.#offset);
    if (length === 0) return false;
    this.#quietPolls = 0;
    this.#offset += length;
    this.#framing.push(this.#buffer, 0, length);
    await this.#running().flush();
    if (this.#world.clock.nowMs() - this.#savedMs >= LIMITS.positionEveryMs) await this.#remember();
    return true;
  }

  /** At the end of a file that has been replaced: on to the next one. */
  async #leaveIfOver(): Promise<boolean> {
    await this.#remember();
    const file = this.#file!;
    const isCurrent = file.path === this.#options.path;
    if (isCurrent) {
      if ((await file.isReplaced()) !== true) return false;
      // Its writer may hold it open a little longer.
      if (++this.#quietPolls < LIMITS.fileQuietPolls) return false;
    }
    this.#framing.finish();
    await this.#running().flush();
    await this.#leave(isCurrent ? "rename" : null);
    return true;
  }

  async #leave(how: Rotation | null): Promise<void> {
    const { path } = this.#options;
    await this.#file?.close();
    this.#file = null;
    this.#quietPolls = 0;
    this.#offset = 0;
    this.#head = EMPTY_HEAD;
    if (how !== null) this.#world.events.fileRotated(this.name, how, path);
  }

  /** Call only when everything read is in the log. */
  async #remember(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    const offset = this.#offset - this.#framing.unfinishedBytes;
    if (offset === this.#savedOffset) return;
    if (this.#head.bytes < LIMITS.fingerprintBytes) {
      const wanted = Math.min(LIMITS.fingerprintBytes, this.#offset);
      this.#head = await file.head(wanted);
    }
    await this.#options.positions.save(this.name, { head: this.#head, offset });
    this.#savedOffset = offset;
    this.#savedMs = this.#world.clock.nowMs();
  }
}

/** Trouble with the file, which may pass; anything else ends the input. */
function isFileError(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return typeof code === "string" && typeof syscall === "string";
}
