import net from "node:net";
import { Framing } from "../../../services/ingest/envelopes/framing.ts";
import { LIMITS } from "../../../services/ingest/limits.ts";

const FRAMING = { octetCounting: true, frameBytesMax: LIMITS.lineBytesMax, countMax: 1_048_576 };

/** A syslog server over TCP that keeps the lines it read, of all connections in turn. */
export class SyslogReceiver {
  readonly lines: string[] = [];
  readonly #port: number;
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const server = net.createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = null;
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }

  #accept(socket: net.Socket): void {
    const framing = new Framing(FRAMING, (bytes, start, end) =>
      this.lines.push(Buffer.from(bytes.subarray(start, end)).toString("utf8")),
    );
    this.#sockets.add(socket);
    socket.on("data", (chunk) => framing.push(Buffer.from(chunk), 0, chunk.length));
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
