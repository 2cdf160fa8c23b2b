import { type Behaviour } from "./behaviour.ts";

export const slowSpreadOutside: Behaviour = {
  name: "slow_spread_outside",
  label: "decoy",
  story: "One line from each of many hosts, just too far apart for ten to fit the window",
  sites: 1,
  hosts: 10,
  seconds: 300,
  episodes: 0,
  plan(stage) {
    const hosts = stage.take(Math.min(40, stage.hostsPerSite));
    const step = Math.ceil(stage.withinSeconds / (stage.need - 1));
    hosts.forEach((host, index) => stage.hot(host, stage.start + index * step));
  },
};
