import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";

/** A record whose schema nobody could tell us right now. */
export function schemaUnavailable(at: string, detail: string): Trouble {
  return new Trouble(
    "schema_unavailable",
    `the record at ${at} needs ${detail}, and the registry does not answer`,
    "check the schema registry; reading goes on at that record",
    EXIT_CODES.tryAgain,
  );
}
