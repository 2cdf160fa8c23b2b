import { sleep } from "../../lib/process/clock.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import { Patience } from "../../lib/process/patience.ts";
import { type BootClock, correctedClock, wallTimeMs } from "./core/boot-clock.ts";
import { syslogLine } from "./core/kernel-line.ts";
import { type KmsgRecord, readKmsgRecord } from "./core/kmsg-record.ts";
import { type KmsgDevice, openKmsg } from "./kmsg-device.ts";
import { LIMITS } from "./limits.ts";
import type { LinePath } from "./line-path.ts";
import type { SourceWorld } from "./source.ts";

/** Everything up to `sequence` of this boot is in the spool, with times of this clock. */
interface KmsgCursor extends BootClock {
  readonly bootId: string;
  /** -1 before the first. */
  readonly sequence: number;
}

/**
 * The kernel's own log of this machine, /dev/kmsg. After a restart it goes on behind the sequence
 * number where it stood, or, after a reboot, at the oldest that the kernel still has.
 */
export class KmsgSource implements Part {
  readonly name = "kmsg";
  readonly #world: SourceWorld;
  readonly #open: () => Promise<KmsgDevice>;
  readonly #stop = new AbortController();
  #path: LinePath | null = null;
  #ended: Promise<void> = Promise.resolve();
  #cursor: KmsgCursor = { bootId: "", sequence: -1, offsetMs: 0 };
  #savedMs = Number.NEGATIVE_INFINITY;
  #isSaved = true;
  /** When the ring was last seen at its end; null before that. */
  #emptyAtMs: number | null = null;

  constructor(world: SourceWorld, open: () => Promise<KmsgDevice> = openKmsg) {
    this.#world = world;
    this.#open = open;
  }

  start({ died }: PartContext): void {
    this.#path = this.#world.open(this.name, died);
    this.#ended = this.#run(this.#path).catch(died);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const path = this.#path!;
    // Together: what waits for a full disk is given up by the one, and the other ends.
    await Promise.all([this.#ended, path.close()]);
    await path.flush();
    await this.#save();
  }

  async #run(path: LinePath): Promise<void> {
    const { clock, events } = this.#world;
    const { signal } = this.#stop;
    const patience = new Patience(LIMITS.restartFirstMs, LIMITS.restartLongestMs);
    while (!signal.aborted) {
      try {
        await this.#follow(path, patience);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        events.sourceFailed(this.name, error);
        await sleep(clock, patience.next(), signal);
      }
    }
  }

  async #follow(path: LinePath, patience: Patience): Promise<void> {
    const { clock } = this.#world;
    const { signal } = this.#stop;
    const device = await this.#open();
    try {
      this.#cursor = await this.#resume(device);
      this.#emptyAtMs = null;
      while (!signal.aborted) {
        const isAtEnd = await this.#look(device, path);
        patience.renew();
        await path.flush();
        await this.#saveIfDue();
        if (isAtEnd) await sleep(clock, LIMITS.kmsgPollMs, signal);
        await path.room();
      }
    } finally {
      await device.close();
    }
  }

  async #resume(device: KmsgDevice): Promise<KmsgCursor> {
    const { bootId } = device;
    const { cursors, clock } = this.#world;
    if (this.#cursor.bootId === bootId) return this.#cursor;
    const kept = (await cursors.load(this.name)) as Partial<KmsgCursor> | null;
    const { sequence, offsetMs } = kept ?? {};
    const isOurs = kept?.bootId === bootId && Number.isSafeInteger(sequence);
    if (isOurs && Number.isFinite(offsetMs)) return kept as KmsgCursor;
    const fresh = { bootId, sequence: -1, offsetMs: clock.nowMs() - device.uptimeMs() };
    // Before a line is stamped by it: read again, it must get the same time.
    await cursors.save(this.name, fresh);
    return fresh;
  }

  /** True when the ring has no more for now. */
  async #look(device: KmsgDevice, path: LinePath): Promise<boolean> {
    for (let count = 0; count < LIMITS.kmsgRecordsPerLook; count++) {
      const bytes = await device.read();
      if (bytes === "overwritten") continue;
      if (bytes === null) {
        this.#emptyAtMs = this.#world.clock.nowMs();
        return true;
      }
      const record = readKmsgRecord(bytes, bytes.length);
      if (record !== null && record.sequence > this.#cursor.sequence) {
        await this.#take(record, path);
      }
    }
    return false;
  }

  async #take(record: KmsgRecord, path: LinePath): Promise<void> {
    const { events, host } = this.#world;
    const { priority, sequence, clockUs, text } = record;
    const before = this.#cursor.sequence;
    if (before >= 0 && sequence > before + 1) {
      events.kernelLinesLost(this.name, sequence - before - 1);
    }
    await this.#correct(clockUs, path);
    path.take(syslogLine({ priority, timeMs: wallTimeMs(this.#cursor, clockUs), host, text }));
    this.#cursor = { ...this.#cursor, sequence };
    this.#isSaved = false;
  }

  /** The clock changes only where every line that was stamped by the old one is behind us. */
  async #correct(clockUs: number, path: LinePath): Promise<void> {
    const { clock, events } = this.#world;
    const nowMs = clock.nowMs();
    const freshForMs = this.#emptyAtMs === null ? null : Math.max(0, nowMs - this.#emptyAtMs);
    const sighting = { clockUs, nowMs, freshForMs };
    const corrected = correctedClock(this.#cursor, sighting, LIMITS.clockToleranceMs);
    if (corrected === null) return;
    await path.flush();
    events.clockCorrected(this.name, corrected.offsetMs - this.#cursor.offsetMs);
    this.#cursor = { ...this.#cursor, ...corrected };
    this.#isSaved = false;
    await this.#save();
  }

  async #saveIfDue(): Promise<void> {
    const sinceMs = this.#world.clock.nowMs() - this.#savedMs;
    // A clock that was set back must not stop it.
    if (sinceMs >= LIMITS.cursorEveryMs || sinceMs < 0) await this.#save();
  }

  /** Call only when everything taken is in the spool. */
  async #save(): Promise<void> {
    if (this.#isSaved) return;
    await this.#world.cursors.save(this.name, this.#cursor);
    this.#savedMs = this.#world.clock.nowMs();
    this.#isSaved = true;
  }
}

function isSystemError(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return typeof code === "string" && typeof syscall === "string";
}
