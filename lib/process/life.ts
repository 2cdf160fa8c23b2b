import type { Clock } from "./clock.ts";
import { isHung, runParts, type Part, type PartsObserver } from "./parts.ts";
import { onSignals, type SignalSource, type StopSignal } from "./signals.ts";
import { reportOf } from "./trouble.ts";

export interface LifeOptions {
  readonly parts: readonly Part[];
  readonly clock: Clock;
  readonly observer?: PartsObserver & { stopping?(signal: StopSignal): void };
  /** Called on SIGHUP; tells its own errors. */
  readonly reload?: () => Promise<void>;
  /** Ends the run without a signal: the demo's end, a test. */
  readonly stop?: AbortSignal;
  /** The outside, for tests. */
  readonly signals?: SignalSource;
  readonly exit?: (exitCode: number) => void;
  readonly tell?: (text: string) => void;
}

/**
 * The life of a service's process: parts run until a signal, a death or `stop`. Returns after a
 * clean stop and throws why it ended otherwise, for main to report. It ends the process itself only
 * where returning would not: a second signal, or a part that hangs.
 */
export async function live(options: LifeOptions): Promise<void> {
  const { parts, clock, observer, reload } = options;
  const exit = options.exit ?? process.exit.bind(process);
  const tell = options.tell ?? ((text) => void process.stderr.write(`${text}\n`));
  const asked = new AbortController();
  const stop = options.stop ? AbortSignal.any([asked.signal, options.stop]) : asked.signal;
  const silence = onSignals(
    {
      stop(signal) {
        observer?.stopping?.(signal);
        asked.abort();
      },
      atOnce: (_signal, exitCode) => exit(exitCode),
      ...(reload ? { reload } : {}),
    },
    options.signals,
  );
  // Parts may hold nothing that keeps Node alive, and it would end in the middle of a wait.
  const alive = setInterval(() => {}, LONGEST_TIMER_MS);
  try {
    await runParts({ parts, stop, clock, ...(observer ? { observer } : {}) });
  } catch (error) {
    if (!isHung(error)) throw error;
    const { text, exitCode } = reportOf(error);
    tell(text);
    exit(exitCode);
  } finally {
    clearInterval(alive);
    silence();
  }
}

/** The longest delay that a timer of Node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
