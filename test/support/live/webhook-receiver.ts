import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";

export interface Received {
  /** The header `webhook-id`. */
  readonly key: string;
  readonly atMs: number;
  readonly incident: {
    readonly id: string;
    readonly revision: number;
    readonly state: string;
    readonly scope: { readonly name: string; readonly value: string };
  };
}

/** A webhook's target on loopback that takes everything, and remembers it. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  #told: (received: Received) => void = () => {};

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request).then(() => response.writeHead(204).end());
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => void receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/`;
  }

  onReceived(told: (received: Received) => void): void {
    this.#told = told;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<void> {
    const atMs = performance.now();
    const key = String(request.headers["webhook-id"]);
    const incident = JSON.parse(await text(request)) as Received["incident"];
    const received = { key, atMs, incident };
    this.received.push(received);
    this.#told(received);
  }
}
