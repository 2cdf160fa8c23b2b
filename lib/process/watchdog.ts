import type { Clock } from "./clock.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { ASK_EVERY_MS, LOOK_EVERY_MS } from "./limits.ts";
import type { Part } from "./parts.ts";
import type { Health, Progress, SourceProgress } from "./progress.ts";
import { Trouble } from "./trouble.ts";

/** Told for telemetry; must not throw. */
export interface WatchdogObserver {
  /** When it changes, and at the first look. */
  readiness?(isReady: boolean, reasons: readonly string[]): void;
  /** At every look, for every source, and once more for one that has left. */
  sourceStuck?(source: string, isStuck: boolean): void;
  /** A question could not be answered; it is asked again. */
  unanswered?(source: string, error: unknown): void;
  /** Once, before the run ends. */
  noProgress?(reasons: readonly string[]): void;
}

/** Somebody outside who knows how much work there is: the log knows the ends of its partitions. */
export interface Question {
  /** Of its own source of progress: an answer that does not come is work that does not move. */
  readonly name: string;
  /** Tells what it learns to sources of progress. */
  ask(): Promise<void>;
}

export interface WatchdogOptions {
  readonly progress: Progress;
  readonly clock: Clock;
  readonly observer?: WatchdogObserver;
  readonly questions?: readonly Question[];
}

/** Looks at the progress regularly, and dies of `no_progress` when some source is dead. */
export class Watchdog implements Part {
  readonly name = "watchdog";
  readonly #options: WatchdogOptions;
  #health: Health | null = null;
  #wasReady: boolean | null = null;
  readonly #told = new Set<string>();
  /** Of the timers that run, by what they are for. */
  readonly #cancels = new Map<string, () => void>();
  #stopped = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  start({ died }: { readonly died: (reason: unknown) => void }): void {
    for (const question of this.#options.questions ?? []) this.#ask(question, 1);
    this.#look(died);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
  }

  /** As of the latest look; null before the first. */
  get health(): Health | null {
    return this.#health;
  }

  #look(died: (reason: unknown) => void): void {
    const { progress, clock, observer } = this.#options;
    const health = progress.look(clock.nowMs());
    this.#health = health;
    const reasons = reasonsOf(health);
    this.#tellStuck(health);
    if (health.isReady !== this.#wasReady) observer?.readiness?.(health.isReady, reasons);
    this.#wasReady = health.isReady;
    if (health.mustEnd) {
      observer?.noProgress?.(reasons);
      return died(noProgress(health));
    }
    this.#later("look", LOOK_EVERY_MS, () => this.#look(died));
  }

  #tellStuck({ sources }: Health): void {
    const { observer } = this.#options;
    const gone = new Set(this.#told);
    this.#told.clear();
    for (const { source, state } of sources) {
      gone.delete(source);
      this.#told.add(source);
      observer?.sourceStuck?.(source, state === "stuck" || state === "dead");
    }
    for (const source of gone) observer?.sourceStuck?.(source, false);
  }

  /** Holds up no look, and is not asked again before the answer. */
  #ask(question: Question, round: number): void {
    const { progress, observer } = this.#options;
    const source = progress.source(question.name);
    source.known(round);
    const again = (next: number) =>
      this.#later(`ask ${question.name}`, ASK_EVERY_MS, () => this.#ask(question, next));
    question.ask().then(
      () => {
        source.done(round);
        return again(round + 1);
      },
      (error: unknown) => {
        observer?.unanswered?.(question.name, error);
        again(round);
      },
    );
  }

  #later(what: string, delayMs: number, call: () => void): void {
    if (!this.#stopped) this.#cancels.set(what, this.#options.clock.after(delayMs, call));
  }
}

/** `source: reason`, for each that is not ready. */
export function reasonsOf(health: Health): string[] {
  return health.sources.flatMap(({ source, reason }) => (reason ? [`${source}: ${reason}`] : []));
}

function noProgress(health: Health): Trouble {
  const isDead = ({ state }: SourceProgress) => state === "dead";
  const reasons = reasonsOf({ ...health, sources: health.sources.filter(isDead) });
  return new Trouble(
    "no_progress",
    reasons.join("; "),
    "start again: work goes on from the last commit; if it comes back, see the log before it",
    EXIT_CODES.tryAgain,
  );
}
