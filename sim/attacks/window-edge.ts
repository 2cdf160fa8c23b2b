import { type Behaviour, type Stage } from "./behaviour.ts";

/** All but one host in the first seconds, the last one `after` seconds behind the first. */
function almostTogether(stage: Stage, after: number): void {
  const hosts = stage.take(stage.need);
  hosts.slice(0, -1).forEach((host, index) => {
    const within = index === 0 ? 0 : stage.random.below(stage.withinSeconds - 1);
    stage.hot(host, stage.start + within);
  });
  stage.hot(hosts.at(-1) as number, stage.start + after);
}

const common = { sites: 1, hosts: 10, seconds: 62 } as const;

export const windowEdgeInside: Behaviour = {
  ...common,
  name: "window_edge_inside",
  label: "attack",
  story: "The tenth host comes 59 seconds after the first: met for that one second",
  episodes: 1,
  plan: (stage) => almostTogether(stage, stage.withinSeconds - 1),
};

export const windowEdgeOutside: Behaviour = {
  ...common,
  name: "window_edge_outside",
  label: "decoy",
  story: "The tenth host comes 60 seconds after the first, which no longer counts",
  episodes: 0,
  plan: (stage) => almostTogether(stage, stage.withinSeconds),
};
