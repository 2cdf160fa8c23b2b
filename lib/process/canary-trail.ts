import { type Canary, CANARY_HOPS, type CanaryHop } from "../domain/canary.ts";
import type { Clock } from "./clock.ts";
import { CANARY_LATE_AFTER_MS, LOOK_EVERY_MS } from "./limits.ts";

/** Told for telemetry; must not throw. */
export interface CanaryObserver {
  canarySent?(input: string): void;
  canaryArrived?(input: string, tookMs: number, wasMissing: boolean): void;
  canaryMissed?(input: string, hop: CanaryHop): void;
}

/** An input whose lines no longer come out, and the hop where they end. */
export interface LostInput {
  readonly input: string;
  readonly hop: CanaryHop;
  /** Since the last canary that arrived in time, or since the first one was sent. */
  readonly silentMs: number;
}

interface Entry {
  readonly sinceMs: number;
  /** When a canary last passed each hop in time; the last hop by partition of observations. */
  readonly passedMs: Record<CanaryHop, Map<number, number>>;
  isLost: boolean;
}

/**
 * How far the canaries of each input have come, in this process. Whoever passes one on says so; a
 * late one counts for nothing. Time is that in which the process could work: a clock that jumps or
 * a machine that slept is no silence.
 */
export class CanaryTrail {
  readonly #clock: Clock;
  readonly #observer: CanaryObserver;
  readonly #entries = new Map<string, Entry>();
  #lastLookMs: number | null = null;
  #ownMs = 0;

  constructor(clock: Clock, observer: CanaryObserver = {}) {
    this.#clock = clock;
    this.#observer = observer;
  }

  sent({ input }: Canary): void {
    this.#entry(input);
    this.#observer.canarySent?.(input);
  }

  passed(hop: CanaryHop, { input, sentMs }: Canary, partition = 0): void {
    const tookMs = this.#clock.nowMs() - sentMs;
    if (tookMs > CANARY_LATE_AFTER_MS) return;
    const entry = this.#entry(input);
    entry.passedMs[hop].set(partition, this.#ownMs);
    if (hop !== "scope" || this.#hopOf(entry) !== null) return;
    this.#observer.canaryArrived?.(input, Math.max(0, tookMs), entry.isLost);
    entry.isLost = false;
  }

  /** To be called regularly: what has not come in time is lost. */
  look(): readonly LostInput[] {
    const nowMs = this.#clock.nowMs();
    const stepMs = nowMs - (this.#lastLookMs ?? nowMs);
    this.#ownMs += Math.min(Math.max(stepMs, 0), 2 * LOOK_EVERY_MS);
    this.#lastLookMs = nowMs;
    return [...this.#entries].flatMap(([input, entry]) => {
      const hop = this.#hopOf(entry);
      if (hop === null) return [];
      if (!entry.isLost) this.#observer.canaryMissed?.(input, hop);
      entry.isLost = true;
      return [{ input, hop, silentMs: this.#ownMs - oldestOf(entry.passedMs.scope, entry) }];
    });
  }

  /** Every input has been heard at the other end; false without any input. */
  get isWhole(): boolean {
    const entries = [...this.#entries.values()];
    const isHeard = (entry: Entry) => entry.passedMs.scope.size > 0 && this.#hopOf(entry) === null;
    return entries.length > 0 && entries.every(isHeard);
  }

  /** Null while everything comes through. */
  #hopOf(entry: Entry): CanaryHop | null {
    const isLate = (hop: CanaryHop) =>
      this.#ownMs - oldestOf(entry.passedMs[hop], entry) > CANARY_LATE_AFTER_MS;
    // An earlier hop that stands still may belong to another process, which says nothing here.
    if (!isLate("scope")) return null;
    return CANARY_HOPS.find(isLate) ?? "scope";
  }

  #entry(input: string): Entry {
    let entry = this.#entries.get(input);
    if (entry === undefined) {
      const none = () => new Map<number, number>();
      const passedMs = { input: none(), ingest: none(), host: none(), scope: none() };
      entry = { sinceMs: this.#ownMs, passedMs, isLost: false };
      this.#entries.set(input, entry);
    }
    return entry;
  }
}

/** Every partition must hear it: the one that heard last long ago decides. */
function oldestOf(passedMs: ReadonlyMap<number, number>, { sinceMs }: Entry): number {
  return passedMs.size === 0 ? sinceMs : Math.min(...passedMs.values());
}
