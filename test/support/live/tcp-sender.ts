import { connect, type Socket } from "node:net";

const RETRY_MS = 50;

/** A sender of plain TCP syslog: what it cannot send it drops and counts, as plain TCP must. */
export class TcpSender {
  /** Lines given to a connection; what the other side took of them nobody says. */
  sent = 0;
  /** Lines dropped while nobody listened. */
  dropped = 0;
  readonly #port: number;
  #socket: Socket | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(port: number) {
    this.#port = port;
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#socket !== null;
  }

  send(lines: readonly string[]): void {
    if (this.#socket === null) {
      this.dropped += lines.length;
      return;
    }
    this.sent += lines.length;
    if (lines.length > 0) this.#socket.write(`${lines.join("\n")}\n`);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#port, "127.0.0.1");
    socket.on("connect", () => (this.#socket = socket));
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.on("close", () => {
      this.#socket = null;
      if (!this.#isClosed) this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
    });
  }
}
