/** The part of `process` that tells of signals; tests pass an EventEmitter. */
export interface SignalSource {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
}

export type StopSignal = "SIGTERM" | "SIGINT";

export interface SignalHandlers {
  /** The first SIGTERM or SIGINT. */
  stop(signal: StopSignal): void;
  /** The second: whoever asks twice does not want to wait. `exitCode` is 128 + its number. */
  atOnce(signal: StopSignal, exitCode: number): void;
  /** SIGHUP. One at a time; those that come meanwhile become one more. Tells its own errors. */
  reload?(): Promise<void>;
}

const EXIT_CODES_OF = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Without `reload` SIGHUP is ignored, so that a closed terminal does not end a service. The result
 * takes all listeners away.
 */
export function onSignals(handlers: SignalHandlers, source: SignalSource = process): () => void {
  let asked = 0;
  const listenerOf = (signal: StopSignal) => () => {
    asked += 1;
    if (asked === 1) handlers.stop(signal);
    else handlers.atOnce(signal, EXIT_CODES_OF[signal]);
  };
  const listeners: readonly (readonly [string, () => void])[] = [
    ["SIGTERM", listenerOf("SIGTERM")],
    ["SIGINT", listenerOf("SIGINT")],
    ["SIGHUP", oneAtATime(async () => handlers.reload?.())],
  ];
  for (const [signal, listener] of listeners) source.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) source.off(signal, listener);
  };
}

function oneAtATime(work: () => Promise<void>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async () => {
    isRunning = true;
    try {
      while (isWanted) {
        isWanted = false;
        await work();
      }
    } finally {
      isRunning = false;
    }
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
