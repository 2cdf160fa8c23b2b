import { flood, type Behaviour } from "./behaviour.ts";

export const noisyNeighbour: Behaviour = {
  name: "noisy_neighbour",
  label: "attack",
  story: "Ten hosts of one site, while nine of the neighbouring site make more noise",
  sites: 2,
  hosts: 10,
  seconds: 120,
  episodes: 1,
  plan(stage) {
    flood(stage, stage.take(stage.need, 0), stage.start + 30, stage.start + 60, 0.2);
    flood(stage, stage.take(stage.need - 1, 1), stage.start, stage.start + 119, 0.9);
  },
};
