import { type Behaviour } from "./behaviour.ts";

export const minuteEdge: Behaviour = {
  name: "minute_edge",
  label: "attack",
  story: "Half of the hosts in the last second of a minute, half in the first of the next",
  sites: 1,
  hosts: 10,
  seconds: 61,
  episodes: 1,
  plan(stage) {
    const nextMinute = Math.ceil((stage.start + 1) / 60) * 60;
    stage.take(stage.need).forEach((host, index) => {
      stage.hot(host, nextMinute - (index % 2));
    });
  },
};
