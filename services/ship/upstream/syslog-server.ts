import net from "node:net";
import type { Clock } from "../../../lib/process/clock.ts";
import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import type { NewRecord } from "../../../lib/stream/stream.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { octetFrames } from "../core/octet-frames.ts";
import { sampleLine } from "../core/sample-object.ts";
import type { ShipEvents } from "../events.ts";
import { LIMITS } from "../limits.ts";
import type { Upstream } from "../upstream.ts";

export interface SyslogServerOptions {
  readonly host: string;
  readonly port: number;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: ShipEvents;
}

/**
 * A syslog server over TCP: RFC 6587 frames by octet counting. What this machine's kernel said and
 * counted is RFC 5424, what was relayed is as it came. TCP acknowledges nothing: what the system
 * had taken when a connection broke may be lost; breaks are counted.
 */
export class SyslogServer implements Upstream {
  readonly name: string;
  readonly #options: SyslogServerOptions;
  #connecting: Promise<net.Socket> | null = null;
  #socket: net.Socket | null = null;
  #isClosed = false;

  constructor(options: SyslogServerOptions) {
    const { host, port } = options;
    this.name = `syslog ${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#options = options;
  }

  async partitions(): Promise<number> {
    return 1;
  }

  /** Resolves when the system has taken all of it. */
  async append(_topic: string, _partition: number, records: readonly NewRecord[]): Promise<void> {
    const frames = records.map(({ value }) => this.#framesOf(value));
    const socket = await this.#connect();
    try {
      await this.#write(socket, Buffer.concat(frames));
    } catch (error) {
      socket.destroy();
      this.#forget(socket);
      throw unreachable(this.name, error);
    }
  }

  close(): void {
    this.#isClosed = true;
    // Ends after what was written, and the server may take its time to hang up.
    this.#socket?.end();
    this.#socket?.unref();
  }

  #framesOf(value: Uint8Array | null): Uint8Array {
    const bytes = value ?? new Uint8Array(0);
    const message = decodeMessage(this.#options.codec, bytes, ["line-batch", "sample-batch"]);
    // The spool holds what this program wrote: anything else is a damaged disk.
    if (!message.ok) throw new Error(`a record of the spool cannot be read: ${message.detail}`);
    if (message.name === "line-batch") return octetFrames(message.value.bytes);
    const { host, os, samples } = message.value;
    const lines = samples.map((sample) => `${sampleLine(host, os, sample)}\n`);
    return octetFrames(Buffer.from(lines.join("")));
  }

  #connect(): Promise<net.Socket> {
    this.#connecting ??= this.#open();
    return this.#connecting;
  }

  async #open(): Promise<net.Socket> {
    const { host, port, events } = this.#options;
    const socket = net.connect({ host, port, keepAlive: true });
    socket.setKeepAlive(true, LIMITS.syslogKeepAliveMs);
    // A server that says something is not understood, and must not fill our buffer.
    socket.resume();
    socket.on("end", () => socket.destroy());
    socket.once("close", () => this.#forget(socket));
    try {
      await this.#within(LIMITS.syslogConnectWithinMs, socket, "connect");
    } catch (error) {
      socket.destroy();
      this.#connecting = null;
      throw unreachable(this.name, error);
    }
    socket.on("error", () => {});
    this.#socket = socket;
    events.connected(this.name);
    return socket;
  }

  #forget(socket: net.Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#connecting = null;
    if (!this.#isClosed) this.#options.events.disconnected(this.name);
  }

  async #write(socket: net.Socket, bytes: Buffer): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    await this.#inTime(LIMITS.syslogWriteWithinMs, written, "it reads nothing");
  }

  #within(withinMs: number, socket: net.Socket, event: string): Promise<void> {
    const happened = new Promise<void>((resolve, reject) => {
      socket.once(event, () => resolve());
      socket.once("error", reject);
    });
    return this.#inTime(withinMs, happened, "it does not answer");
  }

  async #inTime(withinMs: number, work: Promise<void>, otherwise: string): Promise<void> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#options.clock.after(withinMs, () => reject(new Error(otherwise)));
    });
    try {
      await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }
}

function unreachable(name: string, error: unknown): Trouble {
  const trouble = new Trouble(
    "syslog_unreachable",
    `${name}: ${error instanceof Error ? error.message : String(error)}`,
    "check the address and the server; lines wait in the spool",
    EXIT_CODES.tryAgain,
  );
  trouble.cause = error;
  return trouble;
}
