import type { Refusal } from "../events.ts";
import { LIMITS } from "../limits.ts";

/** Counts who is connected, so that no single peer takes the places of all others. */
export class Admission {
  readonly #connectionsMax: number;
  readonly #perPeerMax: number;
  readonly #ofPeer = new Map<string, number>();
  #open = 0;

  constructor(connectionsMax: number, perPeerMax: number = LIMITS.connectionsPerPeerMax) {
    this.#connectionsMax = connectionsMax;
    this.#perPeerMax = perPeerMax;
  }

  get open(): number {
    return this.#open;
  }

  /** Null when the address may connect once more; then release() must follow. */
  admit(address: string): Refusal | null {
    const ofPeer = this.#ofPeer.get(address) ?? 0;
    if (ofPeer >= this.#perPeerMax) return "per_peer_limit";
    if (this.#open >= this.#connectionsMax) return "total_limit";
    this.#ofPeer.set(address, ofPeer + 1);
    this.#open += 1;
    return null;
  }

  release(address: string): void {
    const ofPeer = this.#ofPeer.get(address) ?? 0;
    if (ofPeer > 1) this.#ofPeer.set(address, ofPeer - 1);
    else this.#ofPeer.delete(address);
    this.#open -= 1;
  }
}
