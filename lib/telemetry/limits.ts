import type { Level } from "./messages.ts";

/** A message that repeats itself is written so often per window, and then counted. */
export const WRITTEN_PER_WINDOW: Readonly<Record<Level, number>> = {
  /** One line for each thing done: a burst of incidents stays readable. */
  debug: 100,
  info: 100,
  /** Trouble repeats itself; the fifth line says nothing that the first four did not. */
  warn: 5,
  error: 5,
};

export const SAMPLING_WINDOW_MS = 60_000;

/**
 * Messages times names of inputs, sinks and reasons; beyond it they share one entry per message.
 */
export const SAMPLED_KEYS_MAX = 2_000;

/** A kernel line has at most 1,024 bytes; what is longer is no help to who reads the log. */
export const FIELD_CHARS_MAX = 4_000;

/** Causes of causes: a client's error within a socket's error within ours. */
export const CAUSES_MAX = 5;

/** Shorter secrets would blank out ordinary words; their type still hides them. */
export const SECRET_CHARS_MIN = 6;

/** A collector that hangs must not eat the time that a clean stop has (lib/process/limits.ts). */
export const EXPORT_WITHIN_MS = 2_000;
