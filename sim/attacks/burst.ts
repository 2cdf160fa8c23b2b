import { type Behaviour } from "./behaviour.ts";

export const burst: Behaviour = {
  name: "burst",
  label: "decoy",
  story: "A few hosts write many lines within three seconds: many lines are not many hosts",
  sites: 1,
  hosts: 6,
  seconds: 3,
  episodes: 0,
  plan(stage) {
    for (const host of stage.take(stage.random.between(3, 6))) {
      for (let line = 0; line < 12; line += 1) {
        stage.hot(host, stage.start + stage.random.below(3));
      }
    }
  },
};
