import { flood, type Behaviour } from "./behaviour.ts";

export const chattyHost: Behaviour = {
  name: "chatty_host",
  label: "decoy",
  story: "One host at its limit for ten minutes, often with two lines in a second",
  sites: 1,
  hosts: 1,
  seconds: 600,
  episodes: 0,
  plan(stage) {
    const hosts = stage.take(1);
    flood(stage, hosts, stage.start, stage.start + 599, 0.8);
    flood(stage, hosts, stage.start, stage.start + 599, 0.3);
  },
};
