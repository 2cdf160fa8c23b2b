import { NAME_HASH_SEED, hashStep } from "../../../lib/domain/name-table.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import { LIMITS } from "../limits.ts";
import type { ScrapeTarget } from "./scrape-targets.ts";

/** A target with its own pace. */
interface Slot {
  target: ScrapeTarget;
  dueMs: number;
  failures: number;
  cancel: () => void;
  isGone: boolean;
}

export interface ScrapeScheduleOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly concurrency: number;
  /** Asks; resolves to whether that went well. Must not throw. */
  readonly scrape: (target: ScrapeTarget) => Promise<boolean>;
}

/**
 * When which target is asked: each once in an interval, at a place of its own in it, so that a
 * thousand do not answer at once; never twice at a time; so many at once, the others in turn. One
 * that fails is asked half as often each time.
 */
export class ScrapeSchedule {
  readonly #options: ScrapeScheduleOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #running = new Set<Promise<void>>();
  #waiting: Slot[] = [];
  #isStopped = false;

  constructor(options: ScrapeScheduleOptions) {
    this.#options = options;
  }

  /** From now on these are asked; those that were known keep their pace. */
  set(targets: readonly ScrapeTarget[]): void {
    const urls = new Set(targets.map(({ url }) => url));
    for (const [url, slot] of this.#slots) {
      if (!urls.has(url)) this.#drop(url, slot);
    }
    for (const target of targets) {
      const known = this.#slots.get(target.url);
      if (known === undefined) this.#add(target);
      else known.target = target;
    }
  }

  /** Nobody is asked any more; resolves when the last answer is in. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const [url, slot] of this.#slots) this.#drop(url, slot);
    this.#waiting = [];
    await Promise.all(this.#running);
  }

  #add(target: ScrapeTarget): void {
    const { clock, intervalMs } = this.#options;
    const dueMs = clock.nowMs() + (hashOf(target.url) % intervalMs);
    const slot: Slot = { target, dueMs, failures: 0, cancel: () => {}, isGone: false };
    this.#slots.set(target.url, slot);
    this.#wait(slot);
  }

  #drop(url: string, slot: Slot): void {
    slot.isGone = true;
    slot.cancel();
    this.#slots.delete(url);
  }

  #wait(slot: Slot): void {
    const { clock } = this.#options;
    const delayMs = Math.max(0, slot.dueMs - clock.nowMs());
    slot.cancel = clock.after(delayMs, () => {
      this.#waiting.push(slot);
      this.#next();
    });
  }

  #next(): void {
    while (!this.#isStopped && this.#running.size < this.#options.concurrency) {
      const slot = this.#waiting.shift();
      if (slot === undefined) return;
      if (slot.isGone) continue;
      const scraping = this.#scrape(slot).finally(() => {
        this.#running.delete(scraping);
        this.#next();
      });
      this.#running.add(scraping);
    }
  }

  async #scrape(slot: Slot): Promise<void> {
    const { clock, intervalMs, scrape } = this.#options;
    const isWell = await scrape(slot.target);
    slot.failures = isWell ? 0 : slot.failures + 1;
    if (slot.isGone || this.#isStopped) return;
    const nowMs = clock.nowMs();
    const longestMs = Math.max(intervalMs, LIMITS.scrapeBackoffLongestMs);
    const pauseMs = Math.min(intervalMs * 2 ** Math.max(0, slot.failures - 1), longestMs);
    // Late, or with a clock that was set back, it begins anew: nothing is caught up on.
    const nextMs = slot.dueMs + pauseMs;
    slot.dueMs = nextMs > nowMs && slot.dueMs <= nowMs ? nextMs : nowMs + pauseMs;
    this.#wait(slot);
  }
}

/** The same at every start, so that targets keep their place. */
function hashOf(url: string): number {
  let hash = NAME_HASH_SEED;
  for (let at = 0; at < url.length; at++) hash = hashStep(hash, url.charCodeAt(at) & 0xff);
  return hash >>> 0;
}
