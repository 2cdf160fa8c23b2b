import dgram from "node:dgram";
import type { AddressInfo } from "node:net";
import type { Canary } from "../../../lib/domain/canary.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import { LIMITS } from "../limits.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import type { LineOrigin } from "./line-writer.ts";
import { listenTrouble } from "./trouble.ts";
import { readUdpDrops } from "./udp-drops.ts";

/** Origins of that many senders are kept, so that their lines share a segment. */
const ORIGINS_MAX = 4_096;

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Syslog over UDP, RFC 5426: one datagram is one line. It never waits: what finds no room is
 * counted here, and what the kernel had no room for is counted by the kernel.
 */
export class UdpListener implements Input {
  readonly name: string;
  /** Null where the system keeps no such counter. */
  lostDatagrams: number | null = null;
  readonly #world: InputWorld;
  readonly #identity: InputIdentity;
  readonly #listen: ListenAddress;
  readonly #origins = new Map<string, LineOrigin>();
  #path: InputPath | null = null;
  #socket: dgram.Socket | null = null;
  #cancelSweep: () => void = () => {};
  #freshDatagrams = 0;
  #isStopped = false;

  constructor(world: InputWorld, identity: InputIdentity, listen: ListenAddress) {
    this.name = `${identity.name}/udp`;
    this.#world = world;
    this.#identity = identity;
    this.#listen = listen;
  }

  get counts(): OutcomeCounts {
    return this.#running().sieve.counts;
  }

  /** Where it listens, once started. */
  get address(): AddressInfo {
    return this.#socket!.address();
  }

  async start({ died }: PartContext): Promise<void> {
    const { host, port } = this.#listen;
    const at = `${host}:${port}`;
    this.#path = new InputPath(this.#world, this.#identity, this.#identity.name, died);
    const type = host.includes(":") ? "udp6" : "udp4";
    const socket = dgram.createSocket({ type, recvBufferSize: LIMITS.datagramBufferBytes });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once("error", (error) => reject(listenTrouble(error, "udp", at)));
      socket.bind({ address: host, port, exclusive: true }, resolve);
    });
    socket.removeAllListeners("error");
    socket.on("error", (error) => died(listenTrouble(error, "udp", at)));
    socket.on("message", (datagram, sender) => this.#take(datagram, sender));
    this.#world.events.inputStarted(this.#identity.name, `udp ${host}:${this.address.port}`);
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelSweep();
    await this.#look();
    await new Promise<void>((resolve) => this.#socket!.close(resolve));
    await this.#running().close();
  }

  inject(canary: Canary, appended: () => void): void {
    this.#running().inject(canary, appended);
  }

  #running(): InputPath {
    return this.#path!;
  }

  #take(datagram: Buffer, { address, port }: dgram.RemoteInfo): void {
    const { sieve, outbox } = this.#running();
    this.#freshDatagrams += 1;
    if (outbox.hasRoom) {
      const excess = Math.max(0, datagram.length - LIMITS.lineBytesMax);
      const origin = this.#originOf(`${address}:${port}`);
      sieve.take(datagram, 0, datagram.length - excess, excess, origin, null);
    } else sieve.overflow(datagram.length);
  }

  #originOf(peer: string): LineOrigin {
    let origin = this.#origins.get(peer);
    if (origin === undefined) {
      if (this.#origins.size >= ORIGINS_MAX) this.#origins.clear();
      origin = { peer, trust: "unverified", host: null };
      this.#origins.set(peer, origin);
    }
    return origin;
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#world.clock.after(LIMITS.sweepEveryMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    await this.#look();
    if (!this.#isStopped) this.#sweepLater();
  }

  /** What came in, and what the kernel has dropped, since the last look. */
  async #look(): Promise<void> {
    const { events } = this.#world;
    const { name } = this.#identity;
    this.#running().sieve.report();
    if (this.#freshDatagrams > 0) events.datagramsRead(name, this.#freshDatagrams);
    this.#freshDatagrams = 0;
    const { address, port } = this.address;
    const drops = await readUdpDrops(address, port);
    if (drops === null) return;
    // The counter has 32 bits.
    const fresh = (drops - (this.lostDatagrams ?? 0)) >>> 0;
    this.lostDatagrams = (this.lostDatagrams ?? 0) + fresh;
    events.datagramsLost(name, fresh);
  }
}
