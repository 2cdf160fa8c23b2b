import { printable } from "../lib/domain/printable.ts";
import { wallClock } from "../lib/process/clock.ts";
import type { Part, PartContext } from "../lib/process/parts.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { Scene } from "../sim/demo/scenes.ts";
import type { Fleet } from "../sim/fleet.ts";
import { DEMO_CONFIG, DEMO_FOLDER } from "./demo-folder.ts";
import { openingText, sceneText, tryText } from "./demo-words.ts";
import { readsDemoByDefault } from "./guest/guest-settings.ts";
import type { Delivered } from "./telling-notify-events.ts";

/** What the slowest machine that is supported may take. */
const FIRST_INCIDENT_WITHIN_MS = 60_000;

export interface DemoTellerOptions {
  readonly fleet: Fleet;
  readonly port: number;
  /** The demo ends with its first incident, and fails where none comes. */
  readonly endsWithIt: boolean;
}

/** Tells on standard error, in plain words, what the demo does: it begins when all listens. */
export class DemoTeller implements Part {
  readonly name = "demo teller";
  readonly #options: DemoTellerOptions;
  readonly #over = new AbortController();
  #cancel: () => void = () => {};
  #hasIncident = false;

  constructor(options: DemoTellerOptions) {
    this.#options = options;
  }

  /** Aborted by the first incident where the demo ends with it. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  start({ died }: PartContext): void {
    const { fleet, port, endsWithIt } = this.#options;
    tell(openingText(fleet, port, DEMO_FOLDER));
    if (!endsWithIt) return;
    this.#cancel = wallClock.after(FIRST_INCIDENT_WITHIN_MS, () => died(noIncident()));
  }

  stop(): void {
    this.#cancel();
  }

  end(): void {
    tell(`The demo has ended. Its log stays in ${DEMO_FOLDER}.`);
  }

  readonly begun = (scene: Scene): void => {
    tell(sceneText(this.#options.fleet, scene, secondsUp()));
  };

  readonly delivered: Delivered = ({ incidentId }) => {
    if (this.#hasIncident) return;
    this.#hasIncident = true;
    this.#cancel();
    tell(`First incident after ${secondsUp()} s.\n`);
    const { fleet, port, endsWithIt } = this.#options;
    if (endsWithIt) return this.#over.abort();
    const nowSecond = Math.floor(wallClock.nowMs() / 1_000);
    tell(tryText(incidentId, fleet.sites[0]!, port, invocation, nowSecond));
  };
}

function noIncident(): Trouble {
  const seconds = FIRST_INCIDENT_WITHIN_MS / 1_000;
  const what = `no incident within ${seconds} s, though the fleet was flooded`;
  return new Trouble("demo_no_incident", what, "please report it, with what stands above");
}

/** Since the process was started, not since it was ready. */
function secondsUp(): number {
  return Math.round(process.uptime());
}

function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** A command as it is to be typed: with where the log is, unless that goes without saying. */
function invocation(command: string): string {
  const where = readsDemoByDefault(process.cwd(), process.env) ? "" : ` --config ${DEMO_CONFIG}`;
  return `npx tidegauge ${command}${where}`;
}
