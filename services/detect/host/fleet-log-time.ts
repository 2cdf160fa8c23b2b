/** With fewer hosts than this a replayed file's log time stands still until its end. */
const HOSTS_NEEDED = 3;

/**
 * Log time of lines without arrival (detector.md section 5): the third largest of the hosts' latest
 * event times, so that no two wrong clocks can move anyone else's time.
 */
export class FleetLogTime {
  /** The largest three, descending, and whose they are. */
  readonly #top = new Float64Array(HOSTS_NEEDED).fill(Number.NEGATIVE_INFINITY);
  readonly #owner = new Int32Array(HOSTS_NEEDED).fill(-1);
  #smallestTop = Number.NEGATIVE_INFINITY;

  /** Minus infinity until three hosts have spoken. */
  get ms(): number {
    return this.#smallestTop;
  }

  observe(host: number, timeMs: number): void {
    if (timeMs <= this.#smallestTop) return;
    const top = this.#top;
    const owner = this.#owner;
    let slot = 0;
    while (slot < HOSTS_NEEDED - 1 && owner[slot] !== host) slot++;
    if (owner[slot] === host && timeMs <= top[slot]!) return;
    // The host's own place, or the last one, which it takes over; then up to where it belongs.
    while (slot > 0 && top[slot - 1]! < timeMs) {
      top[slot] = top[slot - 1]!;
      owner[slot] = owner[slot - 1]!;
      slot--;
    }
    top[slot] = timeMs;
    owner[slot] = host;
    this.#smallestTop = top[HOSTS_NEEDED - 1]!;
  }

  /** At the end of input fewer than three hosts no longer hold time back: their smallest counts. */
  atEnd(): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (const timeMs of this.#top) {
      if (timeMs !== Number.NEGATIVE_INFINITY && timeMs < smallest) smallest = timeMs;
    }
    return smallest === Number.POSITIVE_INFINITY ? 0 : smallest;
  }
}
