/** How the process ends (contracts.md section 2; 75 and 78 as in sysexits.h). */
export const EXIT_CODES = {
  done: 0,
  /** The answer of a check is no. */
  no: 1,
  usage: 2,
  tryAgain: 75,
  configuration: 78,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
