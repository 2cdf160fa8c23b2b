import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export const answer =
  (status: number, headers: Record<string, string> = {}, body = ""): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** A receiver on loopback that behaves as it is told and remembers what it took. */
export class Receiver {
  readonly received: Received[] = [];
  connections = 0;
  /** Null refuses connections. */
  behave: Behaviour = answer(204);
  readonly #server: Server;

  constructor(tls?: { readonly key: Buffer; readonly cert: Buffer }) {
    const take = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { headers } = request;
        response.on("error", () => {});
        this.behave(response, request);
        const ok = response.statusCode >= 200 && response.statusCode < 300;
        if (ok) this.received.push({ headers, body: Buffer.concat(chunks).toString("utf8") });
      });
    };
    this.#server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
    this.#server.on("connection", () => this.connections++);
  }

  /** Also again, on the port it had. */
  async listen(port = 0): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(port, "127.0.0.1", resolve);
    await promise;
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}
