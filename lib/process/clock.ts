/** The one way to ask for the time or to wait. Its twin for tests is manual-clock.ts. */
export interface Clock {
  /** Milliseconds since 1970 UTC by the machine; may step back when somebody corrects it. */
  nowMs(): number;
  /** Calls back once after at least `delayMs`; the result cancels. Keeps no process alive. */
  after(delayMs: number, call: () => void): () => void;
}

export const wallClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that follows another forward and never back: set back, it goes on by elapsed time, so
 * that what is stamped by it, and whoever waits for those stamps, does not stand still for an hour.
 * Only a restart makes it follow.
 */
export function steadyClock(
  clock: Clock,
  elapsedMs: () => number = () => performance.now(),
): Clock {
  let aheadMs = Number.NEGATIVE_INFINITY;
  const nowMs = (): number => {
    const elapsed = elapsedMs();
    aheadMs = Math.max(aheadMs, clock.nowMs() - elapsed);
    return Math.floor(aheadMs + elapsed);
  };
  nowMs();
  return { nowMs, after: (delayMs, call) => clock.after(delayMs, call) };
}

/** Resolves after `delayMs`, or at once when `signal` is or becomes aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener("abort", done);
  });
}
