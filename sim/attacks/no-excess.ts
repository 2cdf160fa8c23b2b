import { type Behaviour } from "./behaviour.ts";

export const noExcess: Behaviour = {
  name: "no_excess",
  label: "decoy",
  story: "Many hosts write lines at or below their cap: nothing was held back, nothing is hot",
  sites: 1,
  hosts: 10,
  seconds: 60,
  episodes: 0,
  plan(stage) {
    const hosts = stage.take(Math.min(20, stage.hostsPerSite));
    hosts.forEach((host, index) => {
      const second = stage.start + stage.random.below(60);
      if (index < stage.need - 1) stage.hot(host, second);
      else stage.calm(host, second);
    });
  },
};
