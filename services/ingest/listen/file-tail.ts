import type { Canary } from "../../../lib/domain/canary.ts";
import { sleep } from "../../../lib/process/clock.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import { Framing } from "../envelopes/framing.ts";
import type { Rotation } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { findStart, startInRotated, type StartFound } from "./file-start.ts";
import { EMPTY_HEAD, FollowedFile } from "./followed-file.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import type { LineOrigin } from "./line-writer.ts";
import type { Fingerprint, Positions, Remembered } from "./positions.ts";

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
  #hasSaved = false;
  #isResumed = false;
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
    this.#world.events.inputStarted(this.name, path);
    this.#ended = this.#run().catch(died);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#ended, this.#running().close()]);
    await this.#remember();
    await this.#file?.close();
  }

  inject(canary: Canary, appended: () => void): void {
    this.#running().inject(canary, appended);
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
      if (!this.#isResumed) await this.#resume();
      if (this.#file === null) await this.#open();
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

  /** Where it stood, or where it begins. */
  async #resume(): Promise<void> {
    const { path, from, positions } = this.#options;
    const remembered = await positions.load(this.name);
    const found = await findStart(path, from, remembered);
    this.#isResumed = true;
    await this.#goOn(found, remembered);
    // The end is where it stands now, not where it will be after a crash.
    if (remembered === "never" && this.#file !== null) await this.#remember();
  }

  async #goOn(found: StartFound, stood: Remembered): Promise<void> {
    if (typeof found === "string") {
      const offset = typeof stood === "string" ? 0 : stood.offset;
      if (found === "lost") this.#world.events.fileLost(this.name, this.#options.path, offset);
      return;
    }
    this.#file = found.file;
    this.#head = found.head;
    this.#offset = found.offset;
    this.#before = found.before;
  }

  async #open(): Promise<void> {
    const [next = this.#options.path, ...rest] = this.#before;
    this.#before = rest;
    this.#file = await FollowedFile.open(next);
    this.#head = EMPTY_HEAD;
    this.#offset = 0;
  }

  /** Shorter than what was read, or grown with another beginning. */
  async #isTruncated(): Promise<boolean> {
    const file = this.#file!;
    const size = await file.size();
    if (size === this.#offset) return false;
    return size < this.#offset || !(await file.beginsWith(this.#head));
  }

  /** After copytruncate: what we had not read of the old content is in the copy. */
  async #restart(): Promise<boolean> {
    const offset = this.#offset - this.#framing.unfinishedBytes;
    const head = this.#head;
    const found = await startInRotated(this.#options.path, head, offset);
    this.#framing.reset();
    await this.#leave("copytruncate");
    await this.#goOn(found, { head, offset });
    return true;
  }

  async #readOn(): Promise<boolean> {
    const length = await this.#file!.read(this.#buffer, this.#offset);
    if (length === 0) return false;
    this.#quietPolls = 0;
    this.#isTold = false;
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
      if (!(await file.hasSuccessor())) return false;
      // What was written just before the change is read first.
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
    this.#savedOffset = -1;
    if (how !== null) this.#world.events.fileRotated(this.name, how, path);
  }

  /** Call only when everything read is in the log. */
  async #remember(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    const offset = this.#offset - this.#framing.unfinishedBytes;
    // Of an empty file nothing could be recognised: better to stand at the end of the last one.
    if (offset === this.#savedOffset || (this.#offset === 0 && this.#hasSaved)) return;
    if (this.#head.bytes < LIMITS.fingerprintBytes) {
      const wanted = Math.min(LIMITS.fingerprintBytes, this.#offset);
      this.#head = await file.head(wanted);
    }
    await this.#options.positions.save(this.name, { head: this.#head, offset });
    this.#hasSaved = true;
    this.#savedOffset = offset;
    this.#savedMs = this.#world.clock.nowMs();
  }
}

/** Trouble with the file, which may pass; anything else ends the input. */
function isFileError(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return typeof code === "string" && typeof syscall === "string";
}
