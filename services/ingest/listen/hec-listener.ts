import http from "node:http";
import https from "node:https";
import type net from "node:net";
import tls from "node:tls";
import type { Canary } from "../../../lib/domain/canary.ts";
import type { IdentityRules } from "../../../lib/domain/host-identity.ts";
import { sleep } from "../../../lib/process/clock.ts";
import type { PartContext } from "../../../lib/process/parts.ts";
import type { OutcomeCounts } from "../core/outcome-counts.ts";
import type { Closing } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { Admission } from "./admission.ts";
import { CertifiedSpeaker, certificateNames } from "./certificate-names.ts";
import { HEC_ANSWERS, hecJson, type HecAnswer } from "./hec-answer.ts";
import { HecRequests, type HecSender } from "./hec-requests.ts";
import { HecTokens, type HecToken } from "./hec-tokens.ts";
import { type Input, type InputIdentity, InputPath, type InputWorld } from "./input.ts";
import { peerOf } from "./peer.ts";
import { readTlsOptions, refusalOf, type TlsFiles } from "./tls-server.ts";
import { listenTrouble, tlsTrouble } from "./trouble.ts";
import type { ListenAddress } from "./udp-listener.ts";

export interface HecListenerOptions {
  readonly identity: InputIdentity;
  readonly listen: ListenAddress;
  /** Null is plain HTTP, for loopback. */
  readonly tls: TlsFiles | null;
  readonly tokens: readonly HecToken[];
  readonly ack: boolean;
  readonly queryToken: boolean;
  readonly connectionsMax: number;
  /** How host names of the realm are compared with those of a certificate. */
  readonly rules: IdentityRules;
  /** For tests: until when a request must have come in. */
  readonly requestWithinMs?: number;
}

/**
 * Splunk's HTTP Event Collector, so that shippers that know it can send a copy. On node:http,
 * because four paths need no router and every limit is the server's own.
 */
export class HecListener implements Input {
  readonly name: string;
  readonly #world: InputWorld;
  readonly #options: HecListenerOptions;
  readonly #protocol: "http" | "https";
  readonly #admission: Admission;
  readonly #senders = new WeakMap<net.Socket, HecSender>();
  /** Of open connections by their peers, where it is no usual one. */
  readonly #closings = new Map<string, Closing>();
  readonly #raw = new Set<net.Socket>();
  #server: http.Server | https.Server | null = null;
  #path: InputPath | null = null;
  #requests: HecRequests | null = null;
  #working = 0;
  #isStopped = false;

  constructor(world: InputWorld, options: HecListenerOptions) {
    this.#world = world;
    this.#options = options;
    this.#protocol = options.tls === null ? "http" : "https";
    this.name = `${options.identity.name}/${this.#protocol}`;
    this.#admission = new Admission(options.connectionsMax, LIMITS.httpConnectionsPerPeerMax);
  }

  get counts(): OutcomeCounts {
    return this.#path!.sieve.counts;
  }

  /** Where it listens, once started. */
  get address(): net.AddressInfo {
    return this.#server!.address() as net.AddressInfo;
  }

  get openConnections(): number {
    return this.#admission.open;
  }

  /** Bytes of bodies that are being received or worked on. */
  get heldBytes(): number {
    return this.#requests!.heldBytes;
  }

  get #asksForCertificates(): boolean {
    const { tls: files } = this.#options;
    return files !== null && files.clientCaPath !== null;
  }

  async start({ died }: PartContext): Promise<void> {
    const { identity, listen, tokens, queryToken, ack } = this.#options;
    const { clock, events } = this.#world;
    const path = new InputPath(this.#world, identity, identity.name, died);
    const known = new HecTokens(tokens, queryToken);
    this.#path = path;
    this.#requests = new HecRequests({ path, clock, tokens: known, ack });
    const server = await this.#createServer();
    this.#server = server;
    const at = `${listen.host}:${listen.port}`;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(listenTrouble(error, this.#protocol, at)));
      server.listen({ ...listen, backlog: LIMITS.backlog }, resolve);
    });
    server.removeAllListeners("error");
    // Accepting fails while descriptors are short; the listener itself lives on.
    server.on("error", () => {});
    events.inputStarted(identity.name, `${this.#protocol} ${listen.host}:${this.address.port}`);
  }

  /** Requests that are worked on get their answer, if the log takes their lines in time. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const server = this.#server!;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await Promise.race([closed, sleep(this.#world.clock, LIMITS.stopWithinMs)]);
    server.closeAllConnections();
    // Those in a handshake are none of its own yet.
    for (const socket of this.#raw) socket.destroy();
    await closed;
    await this.#path!.close();
  }

  inject(canary: Canary, appended: () => void): void {
    this.#path!.inject(canary, appended);
  }

  async #createServer(): Promise<http.Server | https.Server> {
    const { tls: files, requestWithinMs = LIMITS.requestWithinMs } = this.#options;
    const limits = {
      maxHeaderSize: LIMITS.headerBytesMax,
      headersTimeout: Math.min(LIMITS.headersWithinMs, requestWithinMs),
      requestTimeout: requestWithinMs,
      connectionsCheckingInterval: Math.min(LIMITS.sweepEveryMs, requestWithinMs / 2),
      keepAliveTimeout: LIMITS.httpIdleMs,
    };
    const serve = (request: http.IncomingMessage, response: http.ServerResponse) =>
      void this.#serve(request, response);
    const server =
      files === null
        ? http.createServer(limits, serve)
        : await this.#createTls(files, limits, serve);
    server.on("connection", (socket: net.Socket) => this.#admit(socket));
    server.on("checkContinue", serve);
    server.on("clientError", (error, socket) => this.#refuse(error, socket as net.Socket));
    return server;
  }

  async #createTls(
    files: TlsFiles,
    limits: http.ServerOptions,
    serve: http.RequestListener,
  ): Promise<https.Server> {
    const options = await readTlsOptions(files);
    let server: https.Server;
    try {
      server = https.createServer({ ...options, ...limits }, serve);
    } catch (error) {
      throw tlsTrouble(error, `${files.certPath} with ${files.keyPath}`);
    }
    server.on("tlsClientError", (error, socket) => {
      const { identity } = this.#options;
      this.#world.events.connectionRefused(identity.name, refusalOf(error, socket), peerOf(socket));
      socket.destroy();
    });
    return server;
  }

  #admit(socket: net.Socket): void {
    const { identity } = this.#options;
    const { events } = this.#world;
    const address = socket.remoteAddress;
    if (address === undefined) return void socket.destroy();
    const refusal = this.#admission.admit(address);
    if (refusal !== null) {
      events.connectionRefused(identity.name, refusal, peerOf(socket));
      return void socket.destroy();
    }
    const peer = peerOf(socket);
    events.connectionOpened(identity.name, this.#protocol, this.#admission.open);
    this.#raw.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#raw.delete(socket);
      this.#admission.release(address);
      const closing = this.#closings.get(peer) ?? (this.#isStopped ? "stop" : "peer");
      this.#closings.delete(peer);
      events.connectionClosed(identity.name, closing, peer, this.#admission.open);
    });
  }

  /** What is no HTTP, or comes too slowly. */
  #refuse(error: NodeJS.ErrnoException, socket: net.Socket): void {
    const isSlow = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
    const isLong = error.code === "HPE_HEADER_OVERFLOW";
    const words = isSlow
      ? "408 Request Timeout"
      : isLong
        ? "431 Request Header Fields Too Large"
        : "400 Bad Request";
    if (socket.remoteAddress !== undefined) {
      this.#closings.set(peerOf(socket), isSlow ? "frame_unfinished" : "bad_frame");
    }
    if (socket.writable) socket.write(`HTTP/1.1 ${words}\r\nconnection: close\r\n\r\n`);
    socket.destroySoon();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.#working += 1;
    try {
      this.#tell(request, response, await this.#answer(request, response));
    } catch {
      // Only a log that is gone for good throws, and the input tells of it.
      this.#tell(request, response, HEC_ANSWERS.internalError);
    } finally {
      this.#working -= 1;
    }
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<HecAnswer> {
    if (this.#isStopped) return HEC_ANSWERS.shuttingDown;
    if (this.#working > LIMITS.requestsMax) return HEC_ANSWERS.busy;
    const sender = this.#senderOf(request.socket);
    if (sender === null) return HEC_ANSWERS.invalidAuthorization;
    return this.#requests!.answer(request, response, sender);
  }

  #tell(request: http.IncomingMessage, response: http.ServerResponse, answer: HecAnswer): void {
    const { identity } = this.#options;
    const { status, code } = answer;
    this.#world.events.requestAnswered(identity.name, status, code, peerOf(request.socket));
    const body = hecJson(answer);
    // Who asked whether to send its body does not, once it is refused.
    const keepsBody = !request.complete && request.headers.expect !== undefined;
    response.writeHead(status, {
      "content-type": "application/json; charset=UTF-8",
      "content-length": Buffer.byteLength(body),
      "x-content-type-options": "nosniff",
      ...(status === 405 ? { allow: "GET, POST" } : {}),
      ...(this.#isStopped || keepsBody ? { connection: "close" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
    if (request.complete) return;
    // Its sender reads the answer while the rest of the body is read away, but not for long.
    request.resume();
    this.#world.clock.after(LIMITS.hangUpAfterMs, () => {
      if (!request.complete) request.socket.destroy();
    });
  }

  /** Null for a client certificate without a name in it. */
  #senderOf(socket: net.Socket): HecSender | null {
    const known = this.#senders.get(socket);
    if (known !== undefined) return known;
    const peer = peerOf(socket);
    let sender: HecSender = {
      origin: { peer, trust: "connected", host: null },
      speaker: null,
    };
    if (socket instanceof tls.TLSSocket && this.#asksForCertificates) {
      const names = certificateNames(socket.getPeerCertificate());
      const [first] = names;
      if (first === undefined) return null;
      const speaker = new CertifiedSpeaker(names, this.#options.rules);
      sender = { origin: { peer, trust: "authenticated", host: first }, speaker };
    }
    this.#senders.set(socket, sender);
    return sender;
  }
}
