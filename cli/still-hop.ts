import type { CanaryTrail } from "../lib/process/canary-trail.ts";
import type { Health } from "../lib/process/progress.ts";
import { type Hop, HOPS, STAGES, type Stage } from "../lib/telemetry/labels.ts";
import type { LaneStatus } from "../services/notify/lane.ts";

const HOP_OF: Readonly<Record<Stage, Hop>> = {
  ship: "input",
  input: "input",
  ingest: "ingest",
  controls: "scope",
  host: "host",
  scope: "scope",
  notify: "notify",
  history: "notify",
};

export interface StillHopOptions {
  /** Null where this process does not run the whole way: then nobody can say that it moves. */
  readonly trail: CanaryTrail | null;
  readonly health: () => Health | null;
  readonly lanes: () => readonly LaneStatus[];
}

/**
 * The first hop that did not move since the last question, or null. Inputs and detection move when
 * canaries come through; notification, when each lane's reader comes round and no sink that
 * something waits for is out of reach; and nothing at all may be stuck.
 */
export function createStillHop({ trail, health, lanes }: StillHopOptions): () => Hop | null {
  const turns = new Map<string, number>();
  return () => {
    const still = new Set<Hop>();
    const canary = trail === null ? "input" : trail.stillHop();
    if (canary !== null) still.add(canary);
    for (const { source, state } of health()?.sources ?? []) {
      const stage = STAGES.find((each) => source.startsWith(`${each} `));
      if (state === "stuck" || state === "dead") still.add(stage ? HOP_OF[stage] : "input");
    }
    for (const { sink, state, pending, turns: now } of lanes()) {
      const isAway = state !== "up" && pending > 0;
      if (isAway || turns.get(sink) === now) still.add("notify");
      turns.set(sink, now);
    }
    return HOPS.find((hop) => still.has(hop)) ?? null;
  };
}
