import type { Clock } from "./clock.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { STOP_WITHIN_MS } from "./limits.ts";
import { Trouble } from "./trouble.ts";

export interface PartContext {
  /** Ends the run with this reason; callable from start on, at any time, more than once. */
  readonly died: (reason: unknown) => void;
  /** Aborted when the run is to end: a long start may give up by throwing. */
  readonly stopping: AbortSignal;
}

/** Something with a life: a listener, a consume loop, a log. Making one does nothing. */
export interface Part {
  readonly name: string;
  /** Resolves when the parts after it may rely on it; when it throws it has left nothing behind. */
  start(context: PartContext): void | Promise<void>;
  /** Resolves when nothing of it runs any more. Called once, and only after start resolved. */
  stop(): void | Promise<void>;
}

/** Told for telemetry; must not throw. */
export interface PartsObserver {
  started?(part: string, tookMs: number, up: number): void;
  stopped?(part: string, tookMs: number, up: number): void;
  died?(part: string, reason: unknown): void;
  hung?(part: string): void;
}

export interface RunPartsOptions {
  readonly parts: readonly Part[];
  /** Aborting it is a clean stop. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly stopWithinMs?: number;
  readonly observer?: PartsObserver;
}

/**
 * Starts in order and stops in reverse what was started. Returns after a clean stop; throws why a
 * start failed or what a part died of, after the others have stopped; and `part_hung` when stopping
 * took too long, in which case something still runs and the caller must end the process.
 */
export async function runParts(options: RunPartsOptions): Promise<void> {
  const ending = new Ending(options);
  const started: Part[] = [];
  try {
    await startAll(options, ending, started);
    await ending.begun;
    await stopAll(options, ending, started);
  } finally {
    ending.close();
  }
  ending.throwReason();
}

/** A part that is a loop: it ends when told to, and ending before that is its death. */
export function loopPart(name: string, loop: (stop: AbortSignal) => Promise<void>): Part {
  const stop = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  return {
    name,
    start({ died }) {
      ended = untilStopped(name, loop, stop.signal).catch(died);
    },
    stop() {
      stop.abort();
      return ended;
    },
  };
}

async function untilStopped(
  name: string,
  loop: (stop: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  await loop(stop);
  if (!stop.aborted) throw new Error(`${name} ended by itself`);
}

async function startAll(
  { parts, clock, observer }: RunPartsOptions,
  ending: Ending,
  started: Part[],
): Promise<void> {
  for (const part of parts) {
    if (ending.signal.aborted) return;
    const sinceMs = clock.nowMs();
    const died = (reason: unknown) => ending.begin(part.name, { reason });
    try {
      await ending.within(part.name, () => part.start({ died, stopping: ending.signal }));
    } catch (reason) {
      if (isHung(reason)) throw reason;
      // A start that gave up because it was told to is not a failure.
      return ending.signal.aborted ? undefined : died(reason);
    }
    started.push(part);
    observer?.started?.(part.name, clock.nowMs() - sinceMs, started.length);
  }
}

async function stopAll(
  { clock, observer }: RunPartsOptions,
  ending: Ending,
  started: Part[],
): Promise<void> {
  for (let part = started.pop(); part !== undefined; part = started.pop()) {
    const { name } = part;
    const sinceMs = clock.nowMs();
    try {
      await ending.within(name, part.stop.bind(part));
      observer?.stopped?.(name, clock.nowMs() - sinceMs, started.length);
    } catch (reason) {
      if (isHung(reason)) throw reason;
      ending.begin(name, { reason });
    }
  }
}

const OVERDUE = Symbol("overdue");

/** Begins once, at whatever comes first; from then on time runs for all that is left to do. */
class Ending {
  readonly begun: Promise<void>;
  readonly #options: RunPartsOptions;
  readonly #stopping = new AbortController();
  readonly #overdue: Promise<typeof OVERDUE>;
  #first: { readonly reason: unknown } | null = null;
  #beginNow: () => void = () => {};
  #giveUp: () => void = () => {};
  #cancel: () => void = () => {};

  constructor(options: RunPartsOptions) {
    this.#options = options;
    this.begun = new Promise((resolve) => (this.#beginNow = resolve));
    this.#overdue = new Promise((resolve) => (this.#giveUp = () => resolve(OVERDUE)));
    options.stop.addEventListener("abort", this.#onStop, { once: true });
    if (options.stop.aborted) this.#onStop();
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Without `because` it is a clean stop. */
  begin(part: string | null, because: { readonly reason: unknown } | null): void {
    if (part !== null) this.#options.observer?.died?.(part, because?.reason);
    this.#first ??= because;
    if (this.signal.aborted) return;
    const { clock, stopWithinMs = STOP_WITHIN_MS } = this.#options;
    this.#cancel = clock.after(stopWithinMs, () => this.#giveUp());
    this.#stopping.abort();
    this.#beginNow();
  }

  /** Throws `part_hung` when the time is over before `work` is done. */
  async within(part: string, work: () => void | Promise<void>): Promise<void> {
    const first = await Promise.race([Promise.resolve().then(work), this.#overdue]);
    if (first !== OVERDUE) return;
    const { observer, stopWithinMs = STOP_WITHIN_MS } = this.#options;
    observer?.hung?.(part);
    throw hung(part, stopWithinMs, this.#first?.reason);
  }

  close(): void {
    this.#cancel();
    this.#options.stop.removeEventListener("abort", this.#onStop);
  }

  throwReason(): void {
    if (this.#first !== null) throw this.#first.reason;
  }

  readonly #onStop = () => this.begin(null, null);
}

function hung(part: string, withinMs: number, cause: unknown): Trouble {
  const seconds = withinMs / 1_000;
  const trouble = new Trouble(
    "part_hung",
    `${part} did not stop within ${seconds} s`,
    "nothing acknowledged is lost; if it happens again, please report it with the log",
    EXIT_CODES.tryAgain,
  );
  if (cause !== undefined) trouble.cause = cause;
  return trouble;
}

export function isHung(error: unknown): boolean {
  return error instanceof Trouble && error.code === "part_hung";
}
