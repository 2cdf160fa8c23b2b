import { EXIT_CODES, type ExitCode } from "./exit-code.ts";

/** Trouble outside: a stable code, a message for a person, what to do, and how the process ends. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  readonly code: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, remedy: string, exitCode: ExitCode = EXIT_CODES.no) {
    super(message);
    this.code = code;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

export interface Report {
  /** For standard error, without a newline at its end. */
  readonly text: string;
  readonly exitCode: number;
}

/**
 * How an error that reached the top is told: `code: message` and the remedy for trouble outside,
 * the stack for a bug of ours. Errors of other parts need no class of ours, only those two.
 */
export function reportOf(error: unknown): Report {
  if (!(error instanceof Error)) return { text: `bug: ${String(error)}`, exitCode: EXIT_CODES.no };
  const { code, remedy, syscall, retriable, exitCode } = error as Partial<Trouble> & {
    readonly syscall?: unknown;
    readonly retriable?: unknown;
  };
  const isTrouble = typeof code === "string" && typeof remedy === "string";
  const isSystem = typeof code === "string" && typeof syscall === "string";
  if (!isTrouble && !isSystem) {
    const asks = "this is a bug of tidegauge: please report it with the lines above";
    return { text: `bug: ${error.stack ?? error.message}\n  ${asks}`, exitCode: EXIT_CODES.no };
  }
  const fallback = retriable === true ? EXIT_CODES.tryAgain : EXIT_CODES.no;
  const saysRemedy = isTrouble && !error.message.includes(remedy);
  const text = `${code}: ${withoutCode(error.message, code)}${saysRemedy ? `\n  ${remedy}` : ""}`;
  return { text, exitCode: typeof exitCode === "number" ? exitCode : fallback };
}

/** Errors of the system begin with their code already. */
function withoutCode(message: string, code: string): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}
