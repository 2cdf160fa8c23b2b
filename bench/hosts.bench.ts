/**
 * What a limit line costs at 1,000, 100,000 and 1,000,000 hosts: equally many lines of one day, the
 * first sight of every host included. Once as `replay` of a simulated log, whose hosts are hot in
 * bursts, compared with the truth inside the timed run; once with another host on every line.
 * `node bench/hosts.bench.ts [--lines N] [--rounds N]`
 */
import { join } from "node:path";
import { DEFAULT_OPTIONS } from "../sim/options.ts";
import { simulate } from "../sim/simulate.ts";
import { HOSTS_PER_SITE } from "./fleet.ts";
import { type Contender, inTurn, ratiosOf, spreadOf, timed } from "./pairs.ts";
import { foldRandomHosts } from "./random-hosts.ts";
import { replayOnce } from "./replay-once.ts";
import { benchOptions, temporaryFolder } from "./simulated-log.ts";
import { numberText, printTable, spreadText } from "./table.ts";

const SIZES = [1_000, 100_000, 1_000_000];

const { lines, rounds } = benchOptions(4, 3_000_000);
const folder = temporaryFolder();
const logs = SIZES.map((hosts) => {
  const fleet = { sites: hosts / HOSTS_PER_SITE, hostsPerSite: HOSTS_PER_SITE };
  return simulate(join(folder, String(hosts)), {
    ...DEFAULT_OPTIONS,
    ...fleet,
    lines,
    relevant: 1,
  });
});

await measure("Replay of a simulated log, hosts hot in bursts, all episodes exact", (_, size) =>
  timed(() => replayOnce(logs[size]!)),
);
await measure("Another host on every line, no incidents", (hosts) => foldRandomHosts(hosts, lines));

async function measure(
  title: string,
  run: (hosts: number, size: number) => ReturnType<Contender["run"]>,
): Promise<void> {
  const contenders = SIZES.map((hosts, size) => ({
    name: numberText(hosts),
    run: () => run(hosts, size),
  }));
  const [smallest = [], ...larger] = (await inTurn(contenders, rounds)).map((all) => all.slice(1));
  const rows = [smallest, ...larger].map((timings, size) => {
    const nanoseconds = timings.map(({ cpuSeconds }) => (cpuSeconds * 1e9) / lines);
    const times = ratiosOf(smallest, timings);
    return [contenders[size]!.name, spreadText(spreadOf(nanoseconds), 0), spreadText(times)];
  });
  const head = ["hosts", "ns of CPU a line", "times that at 1,000 hosts"];
  printTable(`${title}: ${numberText(lines)} limit lines`, [head, ...rows]);
}
