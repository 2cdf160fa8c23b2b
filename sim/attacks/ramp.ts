import { flood, type Behaviour } from "./behaviour.ts";

export const ramp: Behaviour = {
  name: "ramp",
  label: "attack",
  story: "Hosts join a flood one after another over minutes, and all stay in it to its end",
  sites: 1,
  hosts: 12,
  seconds: 420,
  episodes: 1,
  plan(stage) {
    const hosts = stage.take(stage.random.between(12, Math.min(25, stage.hostsPerSite)));
    const end = stage.start + 419;
    hosts.forEach((host, index) => {
      const joins = stage.start + Math.floor((index * 300) / hosts.length);
      flood(stage, [host], joins, end, 0.3);
    });
  },
};
