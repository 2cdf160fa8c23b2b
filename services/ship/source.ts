import type { Clock } from "../../lib/process/clock.ts";
import type { Cursors } from "./cursors.ts";
import type { ShipEvents } from "./events.ts";
import type { OpenLinePath } from "./line-path.ts";

/** What every source of this machine's lines needs around it. */
export interface SourceWorld {
  readonly clock: Clock;
  readonly events: ShipEvents;
  readonly cursors: Cursors;
  readonly open: OpenLinePath;
  /** Whose lines these are: the kernel names nobody. */
  readonly host: string;
}
