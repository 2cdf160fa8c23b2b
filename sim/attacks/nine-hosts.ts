import { flood, type Behaviour } from "./behaviour.ts";

export const nineHosts: Behaviour = {
  name: "nine_hosts",
  label: "decoy",
  story: "A flood on one host fewer than the rule needs, for minutes",
  sites: 1,
  hosts: 10,
  seconds: 180,
  episodes: 0,
  plan(stage) {
    const hosts = stage.take(stage.need - 1);
    flood(stage, hosts, stage.start, stage.start + stage.random.between(60, 179), 0.5);
  },
};
