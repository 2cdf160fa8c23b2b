import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  CONNECTIONS_MAX,
  HEADER_BYTES_MAX,
  KEEP_ALIVE_MS,
  REQUESTS_PER_CONNECTION_MAX,
  REQUEST_WITHIN_MS,
} from "./limits.ts";
import type { Part } from "./parts.ts";
import type { Health } from "./progress.ts";
import { Trouble } from "./trouble.ts";
import { reasonsOf } from "./watchdog.ts";

export interface HealthServerOptions {
  /** Default 127.0.0.1: what the endpoints say is for the operator, not for the network. */
  readonly host?: string;
  /** 0 takes a free one; see HealthServer.port. */
  readonly port: number;
  /** Null before anybody has looked: not ready. */
  readonly health: () => Health | null;
  /** Prometheus text exposition format 0.0.4. */
  readonly metrics: () => Promise<string>;
  /** Told when `metrics` fails; the scraper gets a 500. */
  readonly failed?: (error: unknown) => void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = "text/plain; charset=utf-8";
const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

/**
 * /healthz: the process lives. /readyz: work moves, else 503 with the reasons. /metrics: numbers.
 * On node:http, because three GETs without input need no router, no parser and no hooks.
 */
export class HealthServer implements Part {
  readonly name = "health";
  readonly #options: HealthServerOptions;
  #server: Server | null = null;
  #collecting: Promise<string> | null = null;

  constructor(options: HealthServerOptions) {
    this.#options = options;
  }

  /** The port that is listened on, once started. */
  get port(): number | null {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : null;
  }

  async start({ died }: { readonly died: (reason: unknown) => void }): Promise<void> {
    const { host = "127.0.0.1", port } = this.#options;
    const limits = {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: REQUEST_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: REQUEST_WITHIN_MS / 2,
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    const server = createServer(limits, (request, response) => void this.#serve(request, response));
    server.maxConnections = CONNECTIONS_MAX;
    server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION_MAX;
    server.setTimeout(KEEP_ALIVE_MS);
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(cannotListen(error, host, port)));
      server.listen({ host, port }, resolve);
    });
    server.removeAllListeners("error").on("error", died);
  }

  /** Answers that are under way are short; they are cut, so that a slow reader delays no stop. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.#answer(request);
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #answer({ method, url = "" }: IncomingMessage): Promise<Answer> {
    if (method !== "GET" && method !== "HEAD") return text(405, "only GET and HEAD");
    const query = url.indexOf("?");
    switch (query < 0 ? url : url.slice(0, query)) {
      case "/healthz":
        return text(200, "alive");
      case "/readyz":
        return readiness(this.#options.health());
      case "/metrics":
        return this.#metrics();
      default:
        return text(404, "there are /healthz, /readyz and /metrics");
    }
  }

  /** Scrapers that come together share one collection. */
  async #metrics(): Promise<Answer> {
    this.#collecting ??= this.#options.metrics().finally(() => (this.#collecting = null));
    try {
      return { status: 200, type: PROMETHEUS, body: await this.#collecting };
    } catch (error) {
      this.#options.failed?.(error);
      return text(500, "metrics could not be collected; the log says why");
    }
  }
}

function readiness(health: Health | null): Answer {
  const isReady = health?.isReady ?? false;
  const reasons = health === null ? ["starting"] : reasonsOf(health);
  const sources = health?.sources ?? [];
  const body = `${JSON.stringify({ ready: isReady, reasons, sources })}\n`;
  return { status: isReady ? 200 : 503, type: "application/json", body };
}

function text(status: number, words: string): Answer {
  return { status, type: TEXT, body: `${words}\n` };
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): Trouble {
  const place = `${host}:${port}`;
  const trouble =
    error.code === "EADDRINUSE"
      ? new Trouble("port_in_use", `${place} is taken`, "stop who has it, or choose another port")
      : new Trouble("listen_failed", `${place}: ${error.message}`, "choose another address");
  trouble.cause = error;
  return trouble;
}
