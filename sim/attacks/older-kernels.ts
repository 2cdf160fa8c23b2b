import { type Behaviour } from "./behaviour.ts";

export const olderKernels: Behaviour = {
  name: "older_kernels",
  label: "attack",
  story: "Ten hosts, each with another of the three reset classes: one family, one episode",
  sites: 1,
  hosts: 10,
  seconds: 30,
  episodes: 1,
  plan(stage) {
    const classes = ["tcp_reset", "closed_port_rst", "open_port_rst"] as const;
    stage.take(stage.need).forEach((host, index) => {
      const gauge = classes[index % classes.length];
      for (let line = 0; line < 3; line += 1) {
        stage.hot(host, stage.start + stage.random.below(30), gauge);
      }
    });
  },
};
