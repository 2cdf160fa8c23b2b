import type { Random } from "../../lib/process/random.ts";
import type { TopicName } from "../../lib/wire/topics.ts";

/**
 * What happens to one append. `refused` leaves nothing behind; `ack_lost` keeps the records and
 * says it does not know; a crash takes the whole process before or after the records are in the
 * log; a `stall` holds the append back until others have taken over.
 */
export type AppendFault =
  "none" | "refused" | "ack_lost" | "crash_before" | "crash_after" | "stall";

/** A process can be killed before or after any call that it waits for. */
export type CallFault = "none" | "crash_before" | "crash_after";

export type SendFault = CallFault | "refused" | "unreachable";

/** Beyond this a run shows nothing new and only lasts longer. */
const CRASHES_MAX = 8;

/** Where an append matters most for what is promised. */
const APPEND_CRASH: Readonly<Partial<Record<TopicName, number>>> = {
  lines: 0.02,
  observations: 0.03,
  tallies: 0.01,
  incidents: 0.06,
  snapshots: 0.06,
  deliveries: 0.08,
  rejected: 0.05,
};
const CRASH_ELSEWHERE = 0.002;
const COMMIT_CRASH = 0.01;
const READ_CRASH = 0.001;
const SEND_CRASH = 0.05;
const STEP_CRASH = 0.004;
const REFUSED = 0.02;
const ACK_LOST = 0.02;
const STALL = 0.006;
const SEND_FAULT = 0.05;

/** All that goes wrong, drawn from the seed in the order in which it could. */
export class Faults {
  readonly #random: Random;
  #severity: number;
  #crashesLeft: number;

  constructor(random: Random, severity: number) {
    this.#random = random;
    this.#severity = severity;
    this.#crashesLeft = severity === 0 ? 0 : CRASHES_MAX;
  }

  /** From now on nothing breaks. */
  heal(): void {
    this.#severity = 0;
    this.#crashesLeft = 0;
  }

  onAppend(topic: TopicName, canStall: boolean): AppendFault {
    const crash = this.#crash(APPEND_CRASH[topic] ?? CRASH_ELSEWHERE);
    if (crash !== "none") return crash;
    if (this.#chance(REFUSED)) return "refused";
    if (this.#chance(ACK_LOST)) return "ack_lost";
    return canStall && this.#chance(STALL) ? "stall" : "none";
  }

  onCommit(): CallFault {
    return this.#crash(COMMIT_CRASH);
  }

  onRead(): CallFault {
    return this.#crash(READ_CRASH);
  }

  onSend(): SendFault {
    const crash = this.#crash(SEND_CRASH);
    if (crash !== "none") return crash;
    if (!this.#chance(SEND_FAULT)) return "none";
    return this.#random.chance(0.5) ? "refused" : "unreachable";
  }

  /** Whether a process is killed between two steps, while it waits for nothing. */
  betweenSteps(): boolean {
    return this.#crash(STEP_CRASH) !== "none";
  }

  /** A number for what a fault needs to know: how long, which one. */
  between(low: number, high: number): number {
    return this.#random.between(low, high);
  }

  /** Whether a process that starts again finds no snapshot. */
  losesSnapshots(): boolean {
    return this.#chance(0.25);
  }

  #crash(probability: number): CallFault {
    if (this.#crashesLeft === 0 || !this.#chance(probability)) return "none";
    this.#crashesLeft -= 1;
    return this.#random.chance(0.5) ? "crash_before" : "crash_after";
  }

  #chance(probability: number): boolean {
    return this.#severity > 0 && this.#random.chance(probability * this.#severity);
  }
}
