import { flood, type Behaviour } from "./behaviour.ts";

/** Placed by hand in the minutes that the disordered log receives last. */
export const heldBackFlood: Behaviour = {
  name: "held_back_flood",
  label: "attack",
  story: "A flood on a site whose lines are all held back for 20 minutes in the disordered log",
  sites: 1,
  hosts: 10,
  seconds: 60,
  episodes: 1,
  plan(stage) {
    const hosts = stage.take(stage.random.between(stage.need, Math.min(20, stage.hostsPerSite)));
    flood(stage, hosts, stage.start, stage.start + 59, 0.4);
  },
};
