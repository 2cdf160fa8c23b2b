import { assert } from "../domain/assert.ts";
import { DEAD_AFTER_MS, LOOK_EVERY_MS, SOURCES_MAX, STUCK_AFTER_MS } from "./limits.ts";

/**
 * `starting` has not reported yet, `idle` has no work, `moving` has and moves, `stuck` has and does
 * not, `dead` has not for so long that the process must end.
 */
export type ProgressState = "starting" | "idle" | "moving" | "stuck" | "dead";

export interface SourceProgress {
  readonly source: string;
  readonly state: ProgressState;
  /** Positions; null while unknown. */
  readonly done: number | null;
  readonly known: number | null;
  /** Since something was last done, or, after a rest, since there is work again. */
  readonly stillMs: number;
  /** Why it is not ready, for people; null when it is. */
  readonly reason: string | null;
}

export interface Health {
  readonly isReady: boolean;
  /** Some source is dead. */
  readonly mustEnd: boolean;
  readonly sources: readonly SourceProgress[];
}

/** What a loop tells about itself. Positions are of any unit that grows with work. */
export interface ProgressSource {
  /** Everything before `position` is done; another one than before is a movement. */
  done(position: number): void;
  /** There is work up to `position`; it may come from somewhere else than the loop itself. */
  known(position: number): void;
  /** No longer one of this process's duties, such as a partition that was revoked. */
  leave(): void;
}

export interface ProgressOptions {
  readonly stuckAfterMs?: number;
  readonly deadAfterMs?: number;
  /** At most so much time passes between two looks; see look(). */
  readonly longestStepMs?: number;
}

/** Who has work and does not move: `mustMove` dies of it, `mayWait` is only not ready. */
export type Duty = "mustMove" | "mayWait";

interface Entry {
  duty: Duty;
  done: number | null;
  known: number | null;
  /** On the watchdog's own time line. */
  sinceMs: number;
}

/** Tells work that moves from work that stands still. Pure: the time is an argument. */
export class Progress {
  readonly #stuckAfterMs: number;
  readonly #deadAfterMs: number;
  readonly #longestStepMs: number;
  readonly #entries = new Map<string, Entry>();
  #lastLookMs: number | null = null;
  #ownMs = 0;

  constructor(options: ProgressOptions = {}) {
    this.#stuckAfterMs = options.stuckAfterMs ?? STUCK_AFTER_MS;
    this.#deadAfterMs = options.deadAfterMs ?? DEAD_AFTER_MS;
    this.#longestStepMs = options.longestStepMs ?? 2 * LOOK_EVERY_MS;
    assert(this.#stuckAfterMs <= this.#deadAfterMs, "nothing is dead before it is stuck");
  }

  /**
   * A duty of this process, not ready until it has reported. The same name goes on where it was.
   * One that may wait depends on somebody outside, whom ending this process would not bring back.
   */
  source(name: string, duty: Duty = "mustMove"): ProgressSource {
    const fresh = { duty, done: null, known: null, sinceMs: this.#ownMs };
    const entry: Entry = this.#entries.get(name) ?? fresh;
    this.#entries.set(name, entry);
    assert(this.#entries.size <= SOURCES_MAX, `more than ${SOURCES_MAX} sources of progress`);
    return {
      done: (position) => {
        if (entry.done !== position) entry.sinceMs = this.#ownMs;
        entry.done = position;
        entry.known = Math.max(position, entry.known ?? position);
      },
      known: (position) => {
        if (!hasWork(entry)) entry.sinceMs = this.#ownMs;
        entry.known = position;
      },
      leave: () => void (this.#entries.get(name) === entry && this.#entries.delete(name)),
    };
  }

  /**
   * To be called regularly. A clock that jumps, or a process that was stopped, counts as one
   * longest step: nobody had the chance to work in that time.
   */
  look(nowMs: number): Health {
    const stepMs = nowMs - (this.#lastLookMs ?? nowMs);
    this.#ownMs += Math.min(Math.max(stepMs, 0), this.#longestStepMs);
    this.#lastLookMs = nowMs;
    const sources = [...this.#entries].map(([source, entry]) => this.#progressOf(source, entry));
    return {
      isReady: sources.every(({ reason }) => reason === null),
      mustEnd: sources.some(({ state }) => state === "dead"),
      sources,
    };
  }

  #progressOf(source: string, entry: Entry): SourceProgress {
    const { done, known } = entry;
    const stillMs = this.#ownMs - entry.sinceMs;
    const state = this.#stateOf(entry, stillMs);
    return { source, state, done, known, stillMs, reason: reasonOf(state, entry, stillMs) };
  }

  #stateOf(entry: Entry, stillMs: number): ProgressState {
    if (entry.done === null && entry.known === null) return "starting";
    if (!hasWork(entry)) return "idle";
    if (stillMs >= this.#deadAfterMs && entry.duty === "mustMove") return "dead";
    return stillMs >= this.#stuckAfterMs ? "stuck" : "moving";
  }
}

/** Work that is known of while nothing was ever done is work too: the reader may be dead. */
function hasWork({ done, known }: Entry): boolean {
  return known !== null && known > (done ?? Number.NEGATIVE_INFINITY);
}

function reasonOf(state: ProgressState, entry: Entry, stillMs: number): string | null {
  if (state === "starting") return "has not reported yet";
  if (state !== "stuck" && state !== "dead") return null;
  const seconds = Math.floor(stillMs / 1_000);
  const waiting = `stands at ${entry.done ?? "its start"} of ${entry.known ?? "?"}`;
  return `${waiting} and has not moved for ${seconds} s`;
}
