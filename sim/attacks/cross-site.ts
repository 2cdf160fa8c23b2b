import { flood, type Behaviour } from "./behaviour.ts";

export const crossSite: Behaviour = {
  name: "cross_site",
  label: "decoy",
  story: "Ten hosts at once, but five in each of two sites",
  sites: 2,
  hosts: 5,
  seconds: 60,
  episodes: 0,
  plan(stage) {
    const half = Math.floor(stage.need / 2);
    flood(stage, stage.take(half, 0), stage.start, stage.start + 59, 0.2);
    flood(stage, stage.take(stage.need - half, 1), stage.start, stage.start + 59, 0.2);
  },
};
