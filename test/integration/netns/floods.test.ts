import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "../../../lib/domain/incident.ts";
import { onNamespaces } from "../../support/netns/on-namespaces.ts";
import { replayedIncidents } from "../../support/netns/replayed-incidents.ts";
import { type ShippedLine, ShippedSamples } from "../../support/netns/shipped-samples.ts";
import { type FloodKind, type TestHost, TestNetwork } from "../../support/netns/test-network.ts";

interface Flooding {
  readonly name: string;
  readonly kind: FloodKind;
  readonly port: number;
  readonly cookies?: 0;
  /** To each victim, where 2,000 would be more work than two processors have time for. */
  readonly perSecond?: number;
  /** What a victim's kernel counts of each packet, pair or connection, to the hundredth. */
  readonly counts: Readonly<Record<string, number>>;
  /** Every one of them, and no other. */
  readonly signals: readonly string[];
}

const CLOSED_PORT = 9;

const FLOODS: readonly Flooding[] = [
  {
    name: "SYNs to a closed port",
    kind: "syn",
    port: CLOSED_PORT,
    counts: { "Tcp.InSegs": 1, "Tcp.OutRsts": 1 },
    signals: ["resets_sent", "segments_in"],
  },
  {
    name: "bare ACKs",
    kind: "ack",
    port: CLOSED_PORT,
    counts: { "Tcp.InSegs": 1, "Tcp.OutRsts": 1 },
    signals: ["resets_sent", "segments_in"],
  },
  {
    name: "stray RSTs",
    kind: "rst",
    port: CLOSED_PORT,
    counts: { "Tcp.InSegs": 1 },
    signals: ["segments_in"],
  },
  {
    name: "a SYN flood, cookies on",
    kind: "syn",
    port: 8001,
    counts: { "Tcp.InSegs": 1, "TcpExt.SyncookiesSent": 1, "TcpExt.TCPReqQFullDoCookies": 1 },
    signals: ["syn_cookies", "segments_in"],
  },
  {
    name: "a SYN flood, cookies off",
    kind: "syn",
    port: 8002,
    cookies: 0,
    counts: { "Tcp.InSegs": 1, "TcpExt.ListenDrops": 1, "TcpExt.TCPReqQFullDrop": 1 },
    signals: ["syn_drops", "listen_drops", "segments_in"],
  },
  {
    name: "a server that never accepts",
    kind: "connect",
    port: 8003,
    perSecond: 1_200,
    counts: { "Tcp.InSegs": 1, "TcpExt.ListenDrops": 1, "TcpExt.ListenOverflows": 1 },
    signals: ["listen_drops", "segments_in"],
  },
  {
    name: "connections given up half open",
    kind: "syn-rst",
    port: 8004,
    counts: { "Tcp.AttemptFails": 1, "Tcp.InSegs": 2, "TcpExt.EmbryonicRsts": 1 },
    signals: ["attempt_fails", "segments_in"],
  },
  {
    name: "connections that are reset",
    kind: "connect",
    port: 8005,
    perSecond: 1_200,
    // SYN, ACK and RST.
    counts: { "Tcp.EstabResets": 1, "Tcp.InSegs": 3 },
    signals: ["estab_resets", "segments_in"],
  },
  {
    name: "datagrams to a closed port",
    kind: "udp",
    port: CLOSED_PORT,
    counts: { "Udp.NoPorts": 1 },
    signals: ["udp_refused"],
  },
];

const LISTENERS = [8001, 8002, 8003, 8004, 8005].map((port) => ({ port, accepts: port === 8005 }));

/** What any of these floods could move. */
const COUNTERS = [...new Set(FLOODS.flatMap(({ counts }) => Object.keys(counts)))];

/** One rule a gauge: each says by itself who was hit. */
const RULES = [...new Set(FLOODS.flatMap(({ signals }) => signals))].map((signal) => ({
  name: ruleOf(signal),
  type: "host_count",
  signal,
  hosts: 3,
  within: "5s",
  scope: "site",
}));

const HOSTS = [1, 2, 3, 4, 5, 6].map((number) => `net1-web-00${number}`);
const VICTIMS = 4;
const PER_SECOND = 2_000;
const LASTS_SECONDS = 2;
const LASTS_AT_MOST_MS = 2_250;
const TRIES = 5;
const SAMPLED_EVERY_MS = 1_000;
const WITHIN_MS = 2_000;
const OPENS_WITHIN_MS = 60_000;

/** What ship read of all hosts around one flood, and who was hit. */
interface Flooded {
  readonly startedMs: number;
  readonly victims: readonly string[];
  readonly bystanders: readonly string[];
  readonly lines: readonly ShippedLine[];
}

onNamespaces(() => {
  describe("a flood on four hosts of six, read by ship from their kernels", () => {
    let network: TestNetwork;
    let shipped: ShippedSamples;
    const floods = new Map<Flooding, Promise<Flooded>>();

    beforeAll(async () => {
      network = await TestNetwork.open(HOSTS, LISTENERS);
      shipped = new ShippedSamples(network.hosts);
      await shipped.after(network.hosts, 2, 0);
    }, OPENS_WITHIN_MS);
    afterAll(async () => {
      await shipped?.stop();
      await network?.close();
    });

    /** Once each, whichever test asks first. */
    function flooded(flooding: Flooding): Promise<Flooded> {
      const known = floods.get(flooding) ?? flood(flooding);
      floods.set(flooding, known);
      return known;
    }

    async function flood(flooding: Flooding, tries = TRIES): Promise<Flooded> {
      const { hosts } = network;
      const { kind, port, cookies, perSecond = PER_SECOND } = flooding;
      // Each time others.
      const first = FLOODS.indexOf(flooding);
      const victims = hosts.map((_, at) => hosts[(first + at) % hosts.length]!).slice(0, VICTIMS);
      const bystanders = hosts.filter((host) => !victims.includes(host));
      await network.set("net/ipv4/tcp_syncookies", cookies ?? 1);
      const quietMs = Date.now();
      await shipped.after(hosts, 1, quietMs);
      // Each begins in another part of the second between two samples.
      await pause((first / FLOODS.length) * SAMPLED_EVERY_MS);
      const strength = { perSecond, lastsSeconds: LASTS_SECONDS };
      const { startedMs, lastedMs } = await network.flood({ kind, port, ...strength, victims });
      // What the packet source was held up is a weaker flood: it says nothing of who reads it.
      if (lastedMs > LASTS_AT_MOST_MS) {
        if (tries === 1) throw new Error(`too busy here: ${lastedMs} ms for a flood of 2 s`);
        return flood(flooding, tries - 1);
      }
      await shipped.after(hosts, 1, Date.now());
      const lines = shipped.lines.filter(({ sampledMs }) => sampledMs > quietMs);
      return { startedMs, victims: named(victims), bystanders: named(bystanders), lines };
    }

    it.each(FLOODS)("$name: moves what it is known to, on the victims only", async (flooding) => {
      const { victims, bystanders, lines } = await flooded(flooding);
      const count = (flooding.perSecond ?? PER_SECOND) * LASTS_SECONDS;
      const perPacket = (growth: number) => Math.round((growth / count) * 100) / 100;
      for (const host of victims) expect(moved(lines, host, perPacket)).toEqual(flooding.counts);
      for (const host of bystanders) expect(moved(lines, host, (growth) => growth)).toEqual({});
    });

    it.each(FLOODS)("$name: makes the victims hot, within 2 s", async (flooding) => {
      const { startedMs, victims, lines } = await flooded(flooding);
      const knownMs = startedMs + WITHIN_MS + lateMsOf(lines);
      const known = lines.filter(({ arrivedMs }) => arrivedMs <= knownMs);
      for (const some of [known, lines]) {
        const incidents = await replayedIncidents(textsOf(some), RULES);
        expect(rulesOf(incidents)).toEqual(flooding.signals.map(ruleOf).toSorted());
        for (const { rule, scope, startedAt, hosts } of incidents) {
          expect(scope).toMatchObject({ name: "site", value: "net1" });
          expect(hosts.list.map(({ host }) => host).toSorted()).toEqual(victims);
          for (const { signals } of hosts.list) expect(signals.map(ruleOf)).toEqual([rule.name]);
          const onsets = [startedAt, ...hosts.list.map(({ firstSeenAt }) => firstSeenAt)];
          for (const onset of onsets) {
            expect(Math.abs(Date.parse(onset) - startedMs)).toBeLessThanOrEqual(WITHIN_MS);
          }
        }
      }
    });
  });
});

/** Names of rules have dashes. */
function ruleOf(signal: string): string {
  return signal.replaceAll("_", "-");
}

function named(hosts: readonly TestHost[]): string[] {
  return hosts.map(({ name }) => name).toSorted();
}

function textsOf(lines: readonly ShippedLine[]): string[] {
  return lines.map(({ text }) => text);
}

function rulesOf(incidents: readonly Incident[]): string[] {
  return incidents.map(({ rule }) => rule.name).toSorted();
}

/** By how much a busy machine took a sample late at most: below 100 ms on one that is not. */
function lateMsOf(lines: readonly ShippedLine[]): number {
  const late = HOSTS.flatMap((name) => {
    const own = lines.filter(({ sample }) => sample.host === name);
    return own.slice(1).map((line, at) => line.arrivedMs - own[at]!.sampledMs - SAMPLED_EVERY_MS);
  });
  return Math.max(0, ...late);
}

/** What the counters of a host grew by over its lines; those that did not are left out. */
function moved(
  lines: readonly ShippedLine[],
  host: string,
  scaled: (growth: number) => number,
): Record<string, number> {
  const own = lines.filter(({ sample }) => sample.host === host).map(({ sample }) => sample);
  const [first, last] = [own[0]!, own.at(-1)!];
  const entries = COUNTERS.map(
    (name) => [name, scaled(last.counters[name]! - first.counters[name]!)] as const,
  );
  return Object.fromEntries(entries.filter(([, growth]) => growth !== 0));
}
