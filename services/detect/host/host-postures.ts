import { BLIND_SPOTS } from "../../../lib/domain/posture.ts";

/** What the settings of each host last said of what it cannot tell. */
export class HostPostures {
  #blind = new Uint8Array(0);
  #second = new Uint32Array(0);

  /** Bits of BLIND_SPOTS. */
  of(host: number): number {
    return this.#blind[host] ?? 0;
  }

  /** Settings of an older sample say nothing new. True where a bit changed. */
  put(host: number, second: number, decided: number, blind: number): boolean {
    if (host >= this.#blind.length) this.#grow(host);
    if (second < this.#second[host]!) return false;
    this.#second[host] = second;
    const before = this.#blind[host]!;
    const after = (before & ~decided) | blind;
    this.#blind[host] = after;
    return after !== before;
  }

  secondOf(host: number): number {
    return this.#second[host] ?? 0;
  }

  #grow(host: number): void {
    const length = Math.max(1_024, this.#blind.length * 2, host + 1);
    const blind = new Uint8Array(length);
    blind.set(this.#blind);
    this.#blind = blind;
    const second = new Uint32Array(length);
    second.set(this.#second);
    this.#second = second;
  }
}

/** Adds one host's blind spots to the counts of its scope, or takes them away. */
export function countBlind(counts: number[], blind: number, hosts: 1 | -1): void {
  BLIND_SPOTS.forEach((_, spot) => {
    if (((blind >>> spot) & 1) === 1) counts[spot] = (counts[spot] ?? 0) + hosts;
  });
}
