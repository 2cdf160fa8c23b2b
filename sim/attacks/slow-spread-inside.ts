import { type Behaviour } from "./behaviour.ts";

export const slowSpreadInside: Behaviour = {
  name: "slow_spread_inside",
  label: "attack",
  story: "One line from each of many hosts, just close enough that ten always fit the window",
  sites: 1,
  hosts: 10,
  seconds: 180,
  episodes: 1,
  plan(stage) {
    const hosts = stage.take(stage.random.between(stage.need, Math.min(25, stage.hostsPerSite)));
    hosts.forEach((host, index) => {
      const after = Math.floor((index * (stage.withinSeconds - 1)) / (stage.need - 1));
      stage.hot(host, stage.start + after);
    });
  },
};
