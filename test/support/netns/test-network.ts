import { type Listener, Namespace } from "./namespace.ts";

/** What packet-source.pl sends. */
export type FloodKind = "syn" | "ack" | "rst" | "syn-rst" | "udp" | "connect";

export interface Flood {
  readonly kind: FloodKind;
  readonly port: number;
  /** Packets, pairs of them or connections to each of the victims. */
  readonly perSecond: number;
  readonly lastsSeconds: number;
  readonly victims: readonly TestHost[];
}

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly namespace: Namespace;
}

const PREFIX = "192.0.2";
const ATTACKER = `${PREFIX}.254`;

/**
 * Hosts on one wire with an attacker: network namespaces joined by a bridge that has a namespace of
 * its own. There is no way out of it.
 */
export class TestNetwork {
  readonly hosts: readonly TestHost[];
  readonly #wire: Namespace;
  readonly #attacker: Namespace;

  private constructor(wire: Namespace, attacker: Namespace, hosts: readonly TestHost[]) {
    this.#wire = wire;
    this.#attacker = attacker;
    this.hosts = hosts;
  }

  /** Each host listens on the same ports. */
  static async open(names: readonly string[], listeners: readonly Listener[]) {
    const opening = [Namespace.open(), Namespace.open()] as const;
    const [wire, attacker] = await Promise.all(opening);
    const hosts = await Promise.all(
      names.map(async (name, at) => {
        return { name, address: `${PREFIX}.${at + 1}`, namespace: await Namespace.open(listeners) };
      }),
    );
    await wire.sh("ip link add wire type bridge; ip link set wire up");
    await plugIn(wire, attacker, ATTACKER);
    for (const { namespace, address } of hosts) {
      await plugIn(wire, namespace, address);
      // Answers to sources that are invented go to the attacker, who forwards nothing. Looked for
      // on the wire, they would fill the neighbour table, which all namespaces share.
      await namespace.sh(`ip route add default via ${ATTACKER}`);
    }
    return new TestNetwork(wire, attacker, hosts);
  }

  /** Sets a value of /proc/sys on all hosts, such as net/ipv4/tcp_syncookies. */
  async set(name: string, value: number): Promise<void> {
    for (const { namespace } of this.hosts) {
      await namespace.sh(`echo ${value} >/proc/sys/${name}`);
    }
  }

  /** Resolves when the last packet is sent; on a machine that is busy that takes longer. */
  async flood(flood: Flood): Promise<{ readonly startedMs: number; readonly lastedMs: number }> {
    const { kind, port, perSecond, lastsSeconds, victims } = flood;
    const addresses = victims.map(({ address }) => address);
    const numbers = [port, perSecond, lastsSeconds].map(String);
    const args = [kind, ...numbers, ...addresses];
    const { ended } = await this.#attacker.perl("packet-source.pl", args);
    const startedMs = Date.now();
    await ended;
    return { startedMs, lastedMs: Date.now() - startedMs };
  }

  async close(): Promise<void> {
    const hosts = this.hosts.map(({ namespace }) => namespace);
    await Promise.all([...hosts, this.#attacker, this.#wire].map((each) => each.close()));
  }
}

/** A cable from the bridge to a namespace. */
async function plugIn(wire: Namespace, to: Namespace, address: string): Promise<void> {
  const port = `to-${to.pid}`;
  await wire.sh(
    `ip link add ${port} type veth peer name eth0 netns ${to.pid}; ` +
      `ip link set ${port} master wire up`,
  );
  await to.sh(
    `ip link set lo up; ip addr add ${address}/24 dev eth0; ip link set eth0 up; ` +
      "echo 8 >/proc/sys/net/ipv4/tcp_max_syn_backlog",
  );
}
