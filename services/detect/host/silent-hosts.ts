import { LIMITS } from "../limits.ts";
import type { ScopeMembers } from "./scope-members.ts";

export interface SilentHost {
  readonly host: number;
  /** When its last sample came, in log time. */
  readonly sinceSecond: number;
}

/** What is known of the silent hosts of one scope. */
interface ScopeSilence {
  hosts: number;
  /** Those that were heard last, the latest first; at most as many as are named. */
  named: SilentHost[];
  /** There are others to be named. */
  isStale: boolean;
}

/** The word of a host that was heard is the watched second of that, plus one. */
const SILENT = 0x8000_0000;
/** A silent one has the second of its last sample, from here: 31 bits reach to 2088. */
const FIRST_SECOND = 1_577_836_800;

export interface SilenceState {
  readonly logSecond: number;
  readonly watchedSeconds: number;
}

/**
 * Which hosts have stopped sending samples. Only log time makes a host silent, and no step of it
 * counts for more than a part of what that takes: where everything paused nobody was silent.
 */
export class SilentHosts {
  readonly #members: readonly ScopeMembers[];
  /** By host; 0 where it never sent a sample. */
  #words = new Uint32Array(1_024);
  /** No host that was heard has this number or a larger one. */
  #end = 0;
  #logSecond = Number.NaN;
  /** Log time that has passed, without what its jumps are cut by. */
  #watchedSeconds = 0;
  /** By scope definition, then by scope; none where nobody is silent. */
  readonly #silences: readonly Map<number, ScopeSilence>[];
  /** Some scope has others to be named: mostly none has. */
  #isStale = false;

  /** `members` by scope definition; those that nothing counts in stay empty. */
  constructor(members: readonly ScopeMembers[]) {
    this.#members = members;
    this.#silences = members.map(() => new Map<number, ScopeSilence>());
  }

  /** A host has sent a sample of that second. */
  heard(host: number, second: number): void {
    if (host >= this.#end) this.#grow(host);
    if (this.#words[host]! >= SILENT) this.#count(host, -1);
    // Log time may be looked at long after what it passes has been read.
    const ahead = Math.min(second - this.#logSecond, LIMITS.silentStepSeconds);
    this.#words[host] = this.#watchedSeconds + 1 + (ahead > 0 ? ahead : 0);
  }

  /** Log time stands here: who has not been heard for too long is silent from now on. */
  look(logSecond: number): void {
    this.#advance(logSecond);
    this.#nameStale();
  }

  isSilent(host: number): boolean {
    return host < this.#end && this.#words[host]! >= SILENT;
  }

  /** Silent hosts of a scope, named or not. */
  countOf(definition: number, scope: number): number {
    return this.#silences[definition]!.get(scope)?.hosts ?? 0;
  }

  /** Those of them that were heard last, the latest first. */
  namedOf(definition: number, scope: number): readonly SilentHost[] {
    return this.#silences[definition]!.get(scope)?.named ?? [];
  }

  /** Null before there was a log time. */
  state(): SilenceState | null {
    const [logSecond, watchedSeconds] = [this.#logSecond, this.#watchedSeconds];
    return Number.isNaN(logSecond) ? null : { logSecond, watchedSeconds };
  }

  restore({ logSecond, watchedSeconds }: SilenceState): void {
    this.#logSecond = logSecond;
    this.#watchedSeconds = watchedSeconds;
  }

  /** What a snapshot keeps of a host; 0 where it never sent a sample. */
  wordOf(host: number): number {
    return host < this.#end ? this.#words[host]! : 0;
  }

  restoreWord(host: number, word: number): void {
    if (word === 0) return;
    if (host >= this.#end) this.#grow(host);
    this.#words[host] = word;
  }

  /** Counts who was restored as silent, once all of them are filed under their scopes. */
  countRestored(): void {
    for (let host = 0; host < this.#end; host++) if (this.isSilent(host)) this.#count(host, 1);
    this.#nameStale();
  }

  #advance(logSecond: number): void {
    const before = this.#logSecond;
    if (logSecond <= before) return;
    this.#logSecond = logSecond;
    if (Number.isNaN(before)) return;
    const { silentLookSeconds, silentStepSeconds } = LIMITS;
    this.#watchedSeconds += Math.min(logSecond - before, silentStepSeconds);
    const lookOf = (second: number): number => Math.floor(second / silentLookSeconds);
    if (lookOf(logSecond) > lookOf(before)) this.#sweep();
  }

  #sweep(): void {
    const words = this.#words;
    const lastHeard = this.#watchedSeconds - LIMITS.silentAfterSeconds;
    for (let host = 0; host < this.#end; host++) {
      const word = words[host]!;
      // The word of a silent one is larger.
      if (word > lastHeard || word === 0) continue;
      const since = this.#logSecond - (this.#watchedSeconds + 1 - word);
      words[host] = SILENT + Math.max(0, since - FIRST_SECOND);
      this.#count(host, 1);
    }
  }

  /** One more host of its scopes is silent, or one less. */
  #count(host: number, hosts: 1 | -1): void {
    this.#members.forEach((members, definition) => {
      const scope = members.values.length === 0 ? -1 : members.scopeOf(host);
      if (scope < 0) return;
      const silences = this.#silences[definition]!;
      const silence = silences.get(scope) ?? { hosts: 0, named: [], isStale: false };
      silences.set(scope, silence);
      silence.hosts += hosts;
      silence.isStale = true;
      this.#isStale = true;
      if (silence.hosts === 0) silences.delete(scope);
      members.changed.add(scope);
    });
  }

  /** Names the hosts of every scope of which others are silent than before. */
  #nameStale(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#members.forEach((members, definition) => {
      const stale = new Map([...this.#silences[definition]!].filter(([, each]) => each.isStale));
      if (stale.size === 0) return;
      for (const silence of stale.values()) silence.named = [];
      for (let host = 0; host < this.#end; host++) {
        const word = this.#words[host]!;
        const silence = word < SILENT ? undefined : stale.get(members.scopeOf(host));
        if (silence === undefined) continue;
        silence.named.push({ host, sinceSecond: word - SILENT + FIRST_SECOND });
        if (silence.named.length > 2 * LIMITS.silentNamedMax) cut(silence);
      }
      for (const silence of stale.values()) {
        cut(silence);
        silence.isStale = false;
      }
    });
  }

  #grow(host: number): void {
    this.#end = host + 1;
    if (host < this.#words.length) return;
    const words = new Uint32Array(Math.max(this.#words.length * 2, host + 1));
    words.set(this.#words);
    this.#words = words;
  }
}

/** Those that were heard last stay, of equals the one that was met first. */
function cut(silence: ScopeSilence): void {
  silence.named.sort((a, b) => b.sinceSecond - a.sinceSecond || a.host - b.host);
  silence.named.length = Math.min(silence.named.length, LIMITS.silentNamedMax);
}
