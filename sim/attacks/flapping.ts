import { type Behaviour, type Stage } from "./behaviour.ts";

const PULSES = 3;

/** Short pulses of all hosts, so far apart that `quietSeconds` do not meet the rule in between. */
function pulses(stage: Stage, quietSeconds: number): void {
  const hosts = stage.take(stage.random.between(stage.need, Math.min(15, stage.hostsPerSite)));
  const period = stage.withinSeconds + quietSeconds;
  for (let pulse = 0; pulse < PULSES; pulse += 1) {
    // One second each: every host stops counting together, so the gap is exact.
    for (const host of hosts) stage.hot(host, stage.start + pulse * period);
  }
}

const common = { label: "attack", sites: 1, hosts: 10, seconds: 241 } as const;

export const flappingJoined: Behaviour = {
  ...common,
  name: "flapping_joined",
  story: "Three pulses with 59 seconds of no between: one episode",
  episodes: 1,
  plan: (stage) => pulses(stage, stage.withinSeconds - 1),
};

export const flappingParted: Behaviour = {
  ...common,
  name: "flapping_parted",
  story: "Three pulses with 60 seconds of no between: three episodes",
  episodes: PULSES,
  plan: (stage) => pulses(stage, stage.withinSeconds),
};
