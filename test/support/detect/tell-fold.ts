import type { Spoken } from "../../../services/detect/host/tally-writer.ts";
import type { TallyFold } from "../../../services/detect/scope/tally-fold.ts";

/** Everything that host stages said, told to a scope stage, up to its end. */
export function tellFold(fold: TallyFold, spoken: readonly Spoken[]): void {
  for (const message of spoken) {
    if (message.name === "tally") fold.tally(message.value);
    else if (message.name === "participant") fold.participant(message.value);
    else fold.heartbeat(message.value, message.value.logTimeMs);
  }
  fold.stage.finish();
}
