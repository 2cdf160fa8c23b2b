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
 * How far the canaries of each input have come, in a process that runs the whole way. Whoever
 * passes
 * one on says so; a late one counts for nothing. Time is that in which the process could work: a
 * clock that jumps or
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
    if (!this.#entries.has(input)) this.#entries.set(input, newEntry(this.#ownMs));
    this.#observer.canarySent?.(input);
  }

  passed(hop: CanaryHop, { input, sentMs }: Canary, partition = 0): void {
    const tookMs = this.#clock.nowMs() - sentMs;
    const entry = this.#entries.get(input);
    // What is folded again after a restart may be older than this configuration.
    if (entry === undefined || tookMs > CANARY_LATE_AFTER_MS) return;
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

  /** Looks, and names the first hop that some input's canaries do not pass; null when all do. */
  stillHop(): CanaryHop | null {
    this.look();
    if (this.#entries.size === 0) return "input";
    const hops = [...this.#entries.values()].flatMap(
      (entry) =>
        this.#hopOf(entry) ?? CANARY_HOPS.find((hop) => entry.passedMs[hop].size === 0) ?? [],
    );
    return CANARY_HOPS.find((hop) => hops.includes(hop)) ?? null;
  }

  /** How many inputs canaries were sent into. */
  get inputs(): number {
    return this.#entries.size;
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
    if (!isLate("scope")) return null;
    return CANARY_HOPS.find(isLate) ?? "scope";
  }
}

function newEntry(sinceMs: number): Entry {
  const none = () => new Map<number, number>();
  const passedMs = { input: none(), ingest: none(), host: none(), scope: none() };
  return { sinceMs, passedMs, isLost: false };
}

/** Every partition must hear it: the one that heard last long ago decides. */
function oldestOf(passedMs: ReadonlyMap<number, number>, { sinceMs }: Entry): number {
  return passedMs.size === 0 ? sinceMs : Math.min(...passedMs.values());
}
