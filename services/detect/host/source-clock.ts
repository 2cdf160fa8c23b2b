/** What one source has said of its time, and how long the others have gone on without it. */
export interface SourceState {
  readonly source: string;
  latestMs: number;
  /** Different seconds in which others have ticked since this one's last tick. */
  secondsAlone: number;
  lastOtherSecond: number;
}

/**
 * The smallest time of all live sources (detector.md section 5): it never goes back, and stands
 * still when none is live. A source leaves once others have ticked in more than `graceSeconds`
 * different seconds since its last tick, and comes back with its next one.
 */
export class SourceClock {
  readonly #graceSeconds: number;
  readonly #sources = new Map<string, SourceState>();
  #logTimeMs = Number.NEGATIVE_INFINITY;

  constructor(graceSeconds: number) {
    this.#graceSeconds = graceSeconds;
  }

  /** Minus infinity until a source has ticked. */
  get logTimeMs(): number {
    return this.#logTimeMs;
  }

  /** A source has been read up to `timeMs`; `stampMs` is when that was said. */
  tick(source: string, timeMs: number, stampMs: number): void {
    const second = Math.floor(stampMs / 1_000);
    let own = this.#sources.get(source);
    if (own === undefined) {
      own = { source, latestMs: timeMs, secondsAlone: 0, lastOtherSecond: second };
      this.#sources.set(source, own);
    }
    own.latestMs = Math.max(own.latestMs, timeMs);
    own.secondsAlone = 0;
    for (const other of this.#sources.values()) {
      if (other === own || other.lastOtherSecond === second) continue;
      other.lastOtherSecond = second;
      other.secondsAlone += 1;
    }
    this.#advance();
  }

  /** Sources that no longer hold time back, by name. */
  missing(): string[] {
    return [...this.#sources.values()]
      .filter((state) => !this.#isLive(state))
      .map((state) => state.source)
      .toSorted();
  }

  states(): readonly SourceState[] {
    return [...this.#sources.values()];
  }

  restore(states: readonly SourceState[], logTimeMs: number): void {
    this.#sources.clear();
    for (const state of states) this.#sources.set(state.source, { ...state });
    this.#logTimeMs = logTimeMs;
  }

  #isLive(state: SourceState): boolean {
    return state.secondsAlone <= this.#graceSeconds;
  }

  #advance(): void {
    let smallest = Number.POSITIVE_INFINITY;
    for (const state of this.#sources.values()) {
      if (this.#isLive(state) && state.latestMs < smallest) smallest = state.latestMs;
    }
    if (smallest !== Number.POSITIVE_INFINITY && smallest > this.#logTimeMs) {
      this.#logTimeMs = smallest;
    }
  }
}
