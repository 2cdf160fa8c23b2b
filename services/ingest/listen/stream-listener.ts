import net from "node:net";
import type tls from "node:tls";
import type { Canary } from "../../../lib/domain/canary.ts";
import type { IdentityRules } from "../../../lib/domain/host-identity.ts";
import { sleep } from "../../../lib/process/clock.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import { LIMITS } from "../limits.ts";
import { Admission } from "./admission.ts";
import { CertifiedSpeaker, certificateNames } from "./certificate-names.ts";
import { Connection } from "./connection.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import type { Speaker } from "./line-sieve.ts";
import type { LineOrigin } from "./line-writer.ts";
import { peerOf } from "./peer.ts";
import { createTlsServer, refusalOf, type TlsFiles } from "./tls-server.ts";
import { listenTrouble } from "./trouble.ts";
import type { ListenAddress } from "./udp-listener.ts";

/** So long peers may take to hang up when we stop; what they have sent by then is read. */
const HANG_UP_WITHIN_MS = 250;

export interface StreamListenerOptions {
  readonly identity: InputIdentity;
  readonly listen: ListenAddress;
  /** Null is plain TCP. */
  readonly tls: TlsFiles | null;
  readonly connectionsMax: number;
  /** How host names of the realm are compared with those of a certificate. */
  readonly rules: IdentityRules;
}

/**
 * Syslog over TCP (RFC 6587) or TLS (RFC 5425). Peers wait while the log is slower than they are;
 * what they have sent and we have not stored when either dies is theirs to count.
 */
export class StreamListener implements Input {
  readonly name: string;
  readonly #world: InputWorld;
  readonly #options: StreamListenerOptions;
  readonly #protocol: "tcp" | "tls";
  readonly #server = net.createServer({
    keepAlive: true,
    keepAliveInitialDelay: LIMITS.keepAliveMs,
  });
  readonly #admission: Admission;
  readonly #connections = new Set<Connection>();
  readonly #raw = new Set<net.Socket>();
  #tls: tls.Server | null = null;
  #path: InputPath | null = null;
  #isWaiting = false;
  #isStopped = false;
  #cancelSweep: () => void = () => {};

  constructor(world: InputWorld, options: StreamListenerOptions) {
    this.#world = world;
    this.#options = options;
    this.#protocol = options.tls === null ? "tcp" : "tls";
    this.name = `${options.identity.name}/${this.#protocol}`;
    this.#admission = new Admission(options.connectionsMax);
  }

  get counts(): OutcomeCounts {
    return this.#running().sieve.counts;
  }

  /** Where it listens, once started. */
  get address(): net.AddressInfo {
    return this.#server.address() as net.AddressInfo;
  }

  /** Handshakes count too. */
  get openConnections(): number {
    return this.#admission.open;
  }

  async start({ died }: PartContext): Promise<void> {
    const { identity, listen } = this.#options;
    const at = `${listen.host}:${listen.port}`;
    this.#path = new InputPath(this.#world, identity, identity.name, died);
    if (this.#options.tls !== null) await this.#prepareTls(this.#options.tls);
    const server = this.#server;
    server.on("connection", (socket) => this.#admit(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(listenTrouble(error, this.#protocol, at)));
      server.listen({ ...listen, backlog: LIMITS.backlog }, resolve);
    });
    server.removeAllListeners("error");
    // Accepting fails while descriptors are short; the listener itself lives on.
    server.on("error", () => {});
    const { port } = this.address;
    this.#world.events.inputStarted(identity.name, `${this.#protocol} ${listen.host}:${port}`);
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelSweep();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) {
      connection.closing = "stop";
      connection.socket.end();
    }
    await Promise.race([closed, sleep(this.#world.clock, HANG_UP_WITHIN_MS)]);
    for (const { socket } of this.#connections) socket.destroy();
    for (const socket of this.#raw) socket.destroy();
    await closed;
    await this.#running().close();
  }

  inject(canary: Canary, appended: () => void): void {
    this.#running().inject(canary, appended);
  }

  #running(): InputPath {
    return this.#path!;
  }

  async #prepareTls(files: TlsFiles): Promise<void> {
    const server = await createTlsServer(files);
    server.on("secureConnection", (socket) => this.#openTls(socket, files.clientCaPath !== null));
    server.on("tlsClientError", (error, socket) => {
      const { identity } = this.#options;
      this.#world.events.connectionRefused(identity.name, refusalOf(error, socket), peerOf(socket));
      socket.destroy();
    });
    this.#tls = server;
  }

  #admit(socket: net.Socket): void {
    const { identity } = this.#options;
    const address = socket.remoteAddress;
    const refusal = address === undefined ? null : this.#admission.admit(address);
    // Without an address it is gone already.
    if (address === undefined) return void socket.destroy();
    if (refusal !== null) {
      this.#world.events.connectionRefused(identity.name, refusal, peerOf(socket));
      return void socket.destroy();
    }
    this.#raw.add(socket);
    socket.on("close", () => {
      this.#raw.delete(socket);
      this.#admission.release(address);
    });
    socket.on("error", () => {});
    if (this.#tls !== null) this.#tls.emit("connection", socket);
    else this.#open(socket, { peer: peerOf(socket), trust: "connected", host: null }, null);
  }

  #openTls(socket: tls.TLSSocket, isCertified: boolean): void {
    const peer = peerOf(socket);
    if (!isCertified) return this.#open(socket, { peer, trust: "connected", host: null }, null);
    const names = certificateNames(socket.getPeerCertificate());
    const [first] = names;
    if (first === undefined) {
      this.#world.events.connectionRefused(this.#options.identity.name, "certificate", peer);
      return void socket.destroy();
    }
    const speaker = new CertifiedSpeaker(names, this.#options.rules);
    this.#open(socket, { peer, trust: "authenticated", host: first }, speaker);
  }

  #open(socket: net.Socket, origin: LineOrigin, speaker: Speaker | null): void {
    const { sieve } = this.#running();
    const { identity } = this.#options;
    const { events } = this.#world;
    const connection = new Connection(socket, origin, speaker, sieve);
    this.#connections.add(connection);
    events.connectionOpened(identity.name, this.#protocol, this.#connections.size);
    socket.on("data", (chunk: Buffer) => {
      connection.push(chunk);
      if (!this.#running().outbox.hasRoom) void this.#wait();
    });
    socket.on("end", () => connection.ended());
    socket.on("error", () => (connection.closing = "error"));
    socket.on("close", () => {
      connection.closed();
      this.#connections.delete(connection);
      const { closing, peer } = connection;
      events.connectionClosed(identity.name, closing, peer, this.#connections.size);
    });
    if (this.#isWaiting) socket.pause();
  }

  /** Nobody is read while the log is behind: what peers send stays with them. */
  async #wait(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    for (const { socket } of this.#connections) socket.pause();
    await this.#running().outbox.room();
    this.#isWaiting = false;
    for (const { socket } of this.#connections) socket.resume();
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#world.clock.after(LIMITS.sweepEveryMs, () => {
      if (!this.#isWaiting) for (const connection of this.#connections) connection.sweep();
      this.#running().sieve.report();
      if (!this.#isStopped) this.#sweepLater();
    });
  }
}
