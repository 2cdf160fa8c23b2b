import { flood, type Behaviour } from "./behaviour.ts";

/** Placed by hand: over each midnight, and at the first and the last second of the log. */
export const logEdge: Behaviour = {
  name: "log_edge",
  label: "attack",
  story: "A small flood across midnight, or that begins or ends with the log itself",
  sites: 1,
  hosts: 10,
  seconds: 20,
  episodes: 1,
  plan(stage) {
    flood(stage, stage.take(stage.need), stage.start, stage.start + 19);
  },
};
