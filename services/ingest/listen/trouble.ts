import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import type { Protocol } from "../events.ts";

/** Why an address cannot be listened on, with what to do. */
export function listenTrouble(error: unknown, protocol: Protocol, at: string): Trouble {
  const trouble = troubleOf((error as { code?: unknown }).code, `${protocol} ${at}`, error);
  trouble.cause = error;
  return trouble;
}

function troubleOf(code: unknown, where: string, error: unknown): Trouble {
  switch (code) {
    case "EADDRINUSE":
      return new Trouble(
        "port_in_use",
        `another process listens on ${where} already`,
        "stop it, or choose another port in `listen`",
        EXIT_CODES.tryAgain,
      );
    case "EACCES":
      return new Trouble(
        "port_forbidden",
        `this user may not listen on ${where}`,
        "choose a port above 1023, or grant the right to bind low ports",
        EXIT_CODES.configuration,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Trouble(
        "address_unknown",
        `this machine has no address for ${where}`,
        "give `listen` an address of this machine, or 0.0.0.0 for all of them",
        EXIT_CODES.configuration,
      );
    default:
      return new Trouble(
        "listen_failed",
        `cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`,
        "check the address and the system's log",
      );
  }
}

/** A certificate or key of a listener that cannot be used. */
export function tlsTrouble(error: unknown, what: string): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  const trouble = new Trouble(
    "tls_unusable",
    `${what}: ${reason}`,
    "check that the files exist, are PEM, belong together, and may be read by this user",
    EXIT_CODES.configuration,
  );
  trouble.cause = error;
  return trouble;
}
