import { sleep } from "../process/clock.ts";
import { Patience } from "../process/patience.ts";
import { RETRY_FIRST_MS, RETRY_LONGEST_MS } from "./limits.ts";
import type { Outgoing, RunObserver, RunOptions, Work } from "./run.ts";
import { isStreamError } from "./stream-error.ts";
import type { Consumer, ConsumerEvent, Position } from "./stream.ts";

/** A work on its way. */
interface Entered {
  readonly event: ConsumerEvent;
  readonly work: Work;
  state: "publishing" | "published" | "cut";
}

/**
 * The works of a loop between handling and commit. Appends to one partition go one after the other,
 * across works too, so that no retry overtakes or is overtaken. A work is committed when it and all
 * before it are published; behind one that could not be published before the stop nothing is.
 */
export class WorkPipe {
  readonly #options: RunOptions;
  readonly #consumer: Pick<Consumer, "commit">;
  readonly #failed: () => void;
  readonly #entered: Entered[] = [];
  /** The last append to each partition; false where nothing may follow it. */
  readonly #chains = new Map<string, Promise<boolean>>();
  #failure: { readonly error: unknown } | null = null;
  #isCut = false;
  #isSettling = false;
  #room: { readonly count: number; readonly resolve: () => void } | null = null;
  #drained: PromiseWithResolvers<void> | null = null;

  /** `failed` is told once, when the loop cannot go on. */
  constructor(options: RunOptions, consumer: Pick<Consumer, "commit">, failed: () => void) {
    this.#options = options;
    this.#consumer = consumer;
    this.#failed = failed;
  }

  /** What is still on its way; null is nothing. Never rejects. */
  get open(): Promise<void> | null {
    if (this.#entered.length === 0) return null;
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Throws what no retry can cure. */
  mustBeWell(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Begins to publish; `event` is done when that is committed. */
  enter(event: ConsumerEvent, work: Work): void {
    if (this.hasFailed) return;
    const entered: Entered = { event, work, state: "publishing" };
    this.#entered.push(entered);
    void this.#publish(entered);
  }

  /** Resolves when at most `count` works are on their way. One call at a time. */
  async room(count: number): Promise<void> {
    if (this.#entered.length <= count) return;
    await new Promise<void>((resolve) => (this.#room = { count, resolve }));
  }

  async #publish(entered: Entered): Promise<void> {
    try {
      const appends = entered.work.publish.map((outgoing) => this.#chain(outgoing));
      const published = await Promise.all(appends);
      entered.state = published.every(Boolean) ? "published" : "cut";
      if (!this.#isSettling) await this.#settle();
    } catch (error) {
      this.#fail(error);
    }
  }

  #chain(outgoing: Outgoing): Promise<boolean> {
    const place = `${outgoing.topic}/${outgoing.partition}`;
    const before = this.#chains.get(place) ?? Promise.resolve(true);
    const append = before.then((published) => published && this.#append(outgoing));
    this.#chains.set(place, append);
    return append;
  }

  /** False when it was stopped while it could not be published: then nothing may be committed. */
  async #append({ topic, partition, records }: Outgoing): Promise<boolean> {
    const { log, isPassing = isRetriable } = this.#options;
    return this.#insist(isPassing, () => log.append(topic, partition, records));
  }

  /** Tries again while the trouble may pass; false when it was stopped meanwhile. */
  async #insist(
    isPassing: (error: unknown) => boolean,
    call: () => Promise<unknown>,
  ): Promise<boolean> {
    const { clock, stop, observer } = this.#options;
    const patience = new Patience(RETRY_FIRST_MS, RETRY_LONGEST_MS);
    for (;;) {
      try {
        await call();
        return true;
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (stop.aborted || this.hasFailed) return false;
        observer?.retrying?.(error, patience.attempt);
        await sleep(clock, patience.next(), stop);
      }
    }
  }

  /** Takes out what has ended, in order; what ends during a commit shares the next one. */
  async #settle(): Promise<void> {
    this.#isSettling = true;
    for (;;) {
      const running = this.#entered.findIndex(({ state }) => state === "publishing");
      const ended = this.#entered.slice(0, running < 0 ? undefined : running);
      if (ended.length === 0) break;
      const done: Entered[] = [];
      for (const entered of ended) {
        this.#isCut ||= entered.state === "cut";
        if (!this.#isCut) done.push(entered);
      }
      const isCommitted = await this.#commit(done.flatMap(({ work }) => work.commit));
      this.#isCut ||= !isCommitted;
      for (const { event, work } of isCommitted ? done : []) {
        work.done?.();
        this.#options.observer?.done?.(event);
      }
      this.#entered.splice(0, ended.length);
      this.#tell();
    }
    this.#isSettling = false;
  }

  /** False when it was stopped while it could not commit: then the work is done again. */
  async #commit(positions: readonly Position[]): Promise<boolean> {
    if (positions.length === 0) return true;
    // The last one of a partition says it all.
    const last = new Map(positions.map((at) => [`${at.topic}/${at.partition}`, at]));
    const { observer } = this.#options;
    const commit = () => this.#consumer.commit([...last.values()]);
    return this.#insist(isRetriable, () => unlessFenced(observer, commit));
  }

  #fail(error: unknown): void {
    if (this.hasFailed) return;
    this.#failure = { error };
    this.#entered.length = 0;
    this.#tell();
    this.#failed();
  }

  #tell(): void {
    const { length } = this.#entered;
    if (this.#room !== null && length <= this.#room.count) {
      this.#room.resolve();
      this.#room = null;
    }
    if (length > 0) return;
    this.#drained?.resolve();
    this.#drained = null;
  }
}

function isRetriable(error: unknown): boolean {
  return isStreamError(error) && error.retriable;
}

/** A fenced call is no failure: the partition has a new holder, who repeats the work. */
export async function unlessFenced(
  observer: RunObserver | undefined,
  call: () => void | Promise<void>,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isStreamError(error, "fenced")) throw error;
    observer?.fenced?.(error);
  }
}
