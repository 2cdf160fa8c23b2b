import type { Incident } from "../../lib/domain/incident.ts";
import type { CanaryTrail, LostInput } from "../../lib/process/canary-trail.ts";
import type { Clock } from "../../lib/process/clock.ts";
import { LOOK_EVERY_MS } from "../../lib/process/limits.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { isStreamError } from "../../lib/stream/stream-error.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { timeTextToWire } from "../../lib/wire/wire-value.ts";
import type { DetectOptions } from "./detect-options.ts";
import { LIMITS } from "./limits.ts";
import { publishedIncidents } from "./published-incidents.ts";
import {
  CANARY_RULE,
  silenceBegins,
  silenceChanges,
  silenceEnds,
} from "./rules/pipeline-silence.ts";

export interface CanaryWatchOptions extends Pick<
  DetectOptions,
  "log" | "codec" | "path" | "partitionsOf" | "events"
> {
  readonly clock: Clock;
  readonly trail: CanaryTrail;
}

/**
 * Tells of canaries that do not come out, as an incident about the pipeline. It stands beside the
 * folds and decides by the process's clock: absence is in no log. One incident at a time.
 */
export class CanaryWatch implements Part {
  readonly name = "canary watch";
  readonly #options: CanaryWatchOptions;
  /** What was told last, while it is not over. */
  #open: Incident | null = null;
  /** What it told of, to know what is new. */
  #toldOf = "";
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(options: CanaryWatchOptions) {
    this.#options = options;
  }

  async start({ died }: Pick<PartContext, "died">): Promise<void> {
    const latest = new Map<string, Incident>();
    for await (const incident of publishedIncidents(this.#options)) {
      if (incident.rule.name === CANARY_RULE) latest.set(incident.id, incident);
    }
    this.#open = [...latest.values()].findLast(({ state }) => state !== "resolved") ?? null;
    this.#later(died);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Public for the wait of a test: one look, until what it told is in the log. */
  async look(): Promise<void> {
    const { trail, clock } = this.#options;
    const nowMs = clock.nowMs();
    const lost = trail.look();
    const next = this.#nextOf(lost, nowMs);
    if (next === null) return;
    if (!(await this.#publish(next))) return;
    this.#open = next.state === "resolved" ? null : next;
    this.#toldOf = signatureOf(lost);
  }

  #nextOf(lost: readonly LostInput[], nowMs: number): Incident | null {
    const open = this.#open;
    const { trail } = this.#options;
    if (lost.length === 0) {
      return open !== null && trail.isWhole
        ? silenceEnds(open, timeTextToWire(open.startedAt), nowMs)
        : null;
    }
    if (open === null) {
      const sinceMs = nowMs - Math.max(...lost.map(({ silentMs }) => silentMs));
      return silenceBegins(lost, trail.inputs, sinceMs, nowMs);
    }
    const isNew = signatureOf(lost) !== this.#toldOf;
    const sinceToldMs = nowMs - timeTextToWire(open.revisedAt);
    // A clock that was set back must not keep it back.
    const isDue = sinceToldMs < 0 || sinceToldMs >= LIMITS.revisionEverySeconds * 1_000;
    if (!isNew || !isDue) return null;
    return silenceChanges(open, lost, trail.inputs, timeTextToWire(open.startedAt), nowMs);
  }

  /** False where the log cannot take it now: the next look tries again. */
  async #publish(incident: Incident): Promise<boolean> {
    const { log, codec, path, partitionsOf, events } = this.#options;
    const partition = partitionOf(incident.id, partitionsOf("incidents"));
    const value = encodeMessage(codec, "incident", incident);
    try {
      await log.append(path("incidents"), partition, [{ key: incident.id, value }]);
    } catch (error) {
      if (!isStreamError(error) || !error.retriable) throw error;
      return false;
    }
    events.revisionPublished(incident);
    return true;
  }

  #later(died: PartContext["died"]): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.look().then(() => this.#later(died), died);
    });
  }
}

function signatureOf(lost: readonly LostInput[]): string {
  return lost.map(({ input, hop }) => `${hop} ${input}`).join("\n");
}
