import { flood, type Behaviour } from "./behaviour.ts";

export const mixedClasses: Behaviour = {
  name: "mixed_classes",
  label: "decoy",
  story: "Nine hosts refuse resets while many more limit pings and unreachables",
  sites: 1,
  hosts: 10,
  seconds: 60,
  episodes: 0,
  plan(stage) {
    flood(stage, stage.take(stage.need - 1), stage.start, stage.start + 59, 0.1);
    for (const host of stage.take(Math.min(40, stage.hostsPerSite))) {
      for (let line = 0; line < 3; line += 1) {
        stage.other(host, stage.start + stage.random.below(60));
      }
    }
  },
};
