import { flood, type Behaviour } from "./behaviour.ts";

export const broadFlood: Behaviour = {
  name: "broad_flood",
  label: "attack",
  story: "10 to 50 hosts of a site flooded at once, for up to four minutes",
  sites: 1,
  hosts: 10,
  seconds: 240,
  episodes: 1,
  plan(stage) {
    const most = Math.min(50, stage.hostsPerSite);
    const hosts = stage.take(stage.random.between(stage.need, most));
    const seconds = stage.random.between(20, 240);
    flood(stage, hosts, stage.start, stage.start + seconds - 1);
    // Neighbours that answer just below their cap belong to the sums, not to the hosts.
    for (const host of stage.take(most).slice(hosts.length)) {
      stage.calm(host, stage.start + stage.random.below(seconds));
    }
  },
};
