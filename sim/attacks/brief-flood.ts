import { flood, type Behaviour } from "./behaviour.ts";

export const briefFlood: Behaviour = {
  name: "brief_flood",
  label: "attack",
  story: "Ten hosts or a few more, flooded for two to five seconds",
  sites: 1,
  hosts: 10,
  seconds: 5,
  episodes: 1,
  plan(stage) {
    const hosts = stage.take(stage.random.between(stage.need, Math.min(14, stage.hostsPerSite)));
    flood(stage, hosts, stage.start, stage.start + stage.random.between(1, 4));
  },
};
