import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FreebsdCounters, type Run } from "../../services/ship/freebsd-counters.ts";
import { SetClock, START_MS } from "./ship-world.ts";

const netstat = readFileSync(
  new URL("../vectors/counters/freebsd-14-netstat.json", import.meta.url),
  "utf8",
);
const BOOTED_SECONDS = START_MS / 1_000 - 600;
const BOOTED = `kern.boottime: { sec = ${BOOTED_SECONDS}, usec = 1 } Fri Nov 20 08:20:00 2026`;

const answering =
  (answers: Readonly<Record<string, string>>): Run =>
  async (command, args) => {
    const answer = answers[`${command} ${args.join(" ")}`];
    if (answer === undefined) throw Object.assign(new Error("no such command"), { code: "ENOENT" });
    return answer;
  };

describe("counters of FreeBSD", () => {
  it("are those of netstat; the boot is told by its id, or by the uptime", async () => {
    const answers = { "netstat -s --libxo json": netstat };
    const boot = "sysctl -i kern.boottime kern.boot_id";
    const older = await new FreebsdCounters(
      new SetClock(),
      answering({ ...answers, [boot]: `${BOOTED}\n` }),
    ).read();
    expect(older).toMatchObject({ boot: null, uptimeSeconds: 600 });
    const newer = await new FreebsdCounters(
      new SetClock(),
      answering({ ...answers, [boot]: `${BOOTED}\nkern.boot_id: 7f3a\n` }),
    ).read();
    expect(newer).toMatchObject({ boot: "7f3a", uptimeSeconds: 600 });
    if (typeof newer === "string") throw new Error(newer);
    expect(newer.numbers.counters).toContainEqual({ name: "tcp.syncache.dropped", value: 5 });
  });

  it("are not believed where netstat prints what nobody knows", async () => {
    const sysctl = { "sysctl -i kern.boottime kern.boot_id": `${BOOTED}\n` };
    for (const [printed, fault] of [
      ['{"__version": "4", "protocols": [{"name": "tcp", "resets": 5}]}', "unknown_shape"],
      [netstat.slice(0, 700), "cut_short"],
      ["netstat: illegal option -- -\n", "cut_short"],
    ] as const) {
      const run = answering({ ...sysctl, "netstat -s --libxo json": printed });
      expect(await new FreebsdCounters(new SetClock(), run).read()).toBe(fault);
    }
  });

  it("come with pf's status where this user may ask, and without it where not", async () => {
    const sysctl =
      "sysctl -i net.inet.icmp.icmplim net.inet.icmp.icmplim_output net.inet.icmp.icmplim_jitter " +
      "net.inet.tcp.blackhole net.inet.udp.blackhole net.inet.tcp.syncookies " +
      "net.inet.tcp.syncookies_only net.inet.tcp.log_in_vain kern.ipc.soacceptqueue " +
      "kern.ipc.somaxconn kern.ipc.sooverprio";
    const answers = { [sysctl]: "net.inet.icmp.icmplim: 200\nnet.inet.icmp.icmplim_output: 0\n" };
    const settings = [
      { name: "net.inet.icmp.icmplim", value: 200 },
      { name: "net.inet.icmp.icmplim_output", value: 0 },
    ];
    const user = new FreebsdCounters(new SetClock(), answering(answers));
    expect(await user.posture()).toEqual(settings);
    const root = new FreebsdCounters(
      new SetClock(),
      answering({ ...answers, "pfctl -s info": "Status: Enabled for 0 days 00:01:12\n" }),
    );
    expect(await root.posture()).toEqual([...settings, { name: "pf.enabled", value: 1 }]);
  });
});
