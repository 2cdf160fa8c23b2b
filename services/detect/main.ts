import type { Clock } from "../../lib/process/clock.ts";
import { loopPart, type Part } from "../../lib/process/parts.ts";
import { type RunObserver, runStep, type Step } from "../../lib/stream/run.ts";
import type { JoinOptions } from "../../lib/stream/stream.ts";
import type { TopicName } from "../../lib/wire/topics.ts";
import type { DetectOptions } from "./detect-options.ts";
import type { Loop } from "./events.ts";
import { CanaryWatch } from "./canary-watch.ts";
import { ControlRelay } from "./control-relay.ts";
import { HostStep } from "./host-step.ts";
import { LIMITS } from "./limits.ts";
import { ScopeStep } from "./scope-step.ts";

export interface DetectWiring extends DetectOptions {
  readonly clock: Clock;
  /** Watches one loop for telemetry and readiness. */
  readonly observe?: (stage: Loop, join: JoinOptions) => RunObserver;
}

/** Both stages and the relay of controls, each a loop of its own, meeting in the log. */
export function createDetect(wiring: DetectWiring): readonly Part[] {
  const { trail } = wiring;
  const watch = trail === undefined ? [] : [new CanaryWatch({ ...wiring, trail })];
  return [
    ...watch,
    part(wiring, "controls", "controls", new ControlRelay(wiring)),
    part(wiring, "host", "observations", new HostStep(wiring)),
    part(wiring, "scope", "tallies", new ScopeStep(wiring)),
  ];
}

function part(wiring: DetectWiring, stage: Loop, topic: TopicName, step: Step): Part {
  const { log, clock, path, observe } = wiring;
  const join: JoinOptions = {
    group: path(topic).replace(topic, `detect.${stage}`),
    topics: [path(topic)],
    batchBytes: LIMITS.batchBytes,
  };
  const observer = observe?.(stage, join) ?? {};
  return loopPart(`detect ${stage}`, (stop) => runStep({ log, clock, join, step, stop, observer }));
}
