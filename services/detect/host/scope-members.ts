import { countBlind } from "./host-postures.ts";

const NONE = -1;
/** Never been hot: in no chain. */
const QUIET = -2;

/**
 * The scopes of one definition as one partition sees them: dense numbers for their values, how many
 * hosts fall into each, and the hosts that have ever been hot, as a chain.
 */
export class ScopeMembers {
  readonly values: string[] = [];
  readonly hostsSeen: number[] = [];
  /** Hosts of each scope that send samples. */
  readonly hostsSampled: number[] = [];
  /** By scope: how many hosts have each of BLIND_SPOTS. */
  readonly blind: number[][] = [];
  /** Scopes of which something that is counted here has changed since it was told. */
  readonly changed = new Set<number>();
  readonly #numbers = new Map<string, number>();
  readonly #firstHot: number[] = [];
  #scopeOf = new Int32Array(1_024);
  #nextHot = new Int32Array(1_024).fill(QUIET);

  /** Files a new host under its scope; null is "in none". */
  add(host: number, value: string | null): void {
    if (host >= this.#scopeOf.length) this.#grow(host);
    if (value === null) {
      this.#scopeOf[host] = NONE;
      return;
    }
    let scope = this.#numbers.get(value);
    if (scope === undefined) {
      scope = this.values.length;
      this.#numbers.set(value, scope);
      this.values.push(value);
      this.hostsSeen.push(0);
      this.hostsSampled.push(0);
      this.blind.push([]);
      this.#firstHot.push(NONE);
    }
    this.#scopeOf[host] = scope;
    this.hostsSeen[scope]! += 1;
    this.changed.add(scope);
  }

  scopeOf(host: number): number {
    return this.#scopeOf[host]!;
  }

  numberOf(value: string): number {
    return this.#numbers.get(value) ?? NONE;
  }

  countSampled(host: number): void {
    const scope = this.#scopeOf[host]!;
    if (scope === NONE) return;
    this.hostsSampled[scope]! += 1;
    this.changed.add(scope);
  }

  countBlind(host: number, blind: number, hosts: 1 | -1): void {
    const scope = this.#scopeOf[host]!;
    if (scope === NONE || blind === 0) return;
    countBlind(this.blind[scope]!, blind, hosts);
    this.changed.add(scope);
  }

  markHot(host: number): void {
    if (this.#nextHot[host] !== QUIET) return;
    const scope = this.#scopeOf[host]!;
    if (scope === NONE) return;
    this.#nextHot[host] = this.#firstHot[scope]!;
    this.#firstHot[scope] = host;
  }

  /** Calls `visit` for each host of the scope that has ever been hot. */
  visitHot(scope: number, visit: (host: number) => void): void {
    for (let host = this.#firstHot[scope] ?? NONE; host !== NONE; host = this.#nextHot[host]!) {
      visit(host);
    }
  }

  #grow(host: number): void {
    const length = Math.max(this.#scopeOf.length * 2, host + 1);
    const scopeOf = new Int32Array(length);
    scopeOf.set(this.#scopeOf);
    const nextHot = new Int32Array(length).fill(QUIET);
    nextHot.set(this.#nextHot);
    this.#scopeOf = scopeOf;
    this.#nextHot = nextHot;
  }
}
