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
