import http from "node:http";
import https from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { ScrapeEnd } from "../events.ts";
import { LIMITS } from "../limits.ts";

/** What a target answered, or why there is no answer that can be used. */
export type Answer =
  | { readonly type: "body"; readonly text: string }
  | {
      readonly type: "fault";
      readonly fault: Exclude<ScrapeEnd, "taken" | "bad_sample">;
    };

export interface ScrapeClientOptions {
  /** Null trusts the system's authorities. */
  readonly tls: (SecureContextOptions & { readonly servername?: string }) | null;
  readonly connectionsMax: number;
}

/**
 * Asks targets over HTTP/1.1, on connections that are kept. No redirect is followed: a target that
 * says where to go would choose whom we ask next. Answers are never packed, so none unpacks to
 * more.
 */
export class ScrapeClient {
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };
  /** Of the answers that are being read. */
  #bytes = 0;

  constructor({ tls, connectionsMax }: ScrapeClientOptions) {
    const kept = {
      keepAlive: true,
      maxSockets: 1,
      maxFreeSockets: 1,
      maxTotalSockets: connectionsMax,
    };
    this.#agents = {
      http: new http.Agent(kept),
      https: new https.Agent({ ...kept, ...tls, rejectUnauthorized: true }),
    };
  }

  /** Never throws; aborted by `signal` it is a deadline. */
  async get(url: string, signal: AbortSignal): Promise<Answer> {
    let taken = 0;
    try {
      const response = await this.#ask(url, signal);
      const status = response.statusCode ?? 0;
      if (status !== 200) {
        response.destroy();
        return fault(status >= 300 && status < 400 ? "redirect" : "status");
      }
      const pieces: Buffer[] = [];
      for await (const piece of response as AsyncIterable<Buffer>) {
        pieces.push(piece);
        taken += piece.length;
        this.#bytes += piece.length;
        const isTooLarge = taken > LIMITS.scrapeBodyBytesMax;
        if (isTooLarge || this.#bytes > LIMITS.scrapeBodiesBytesMax) {
          response.destroy();
          return fault(isTooLarge ? "too_large" : "busy");
        }
      }
      return { type: "body", text: Buffer.concat(pieces).toString("utf8") };
    } catch {
      return fault(signal.aborted ? "deadline" : "unreachable");
    } finally {
      this.#bytes -= taken;
    }
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #ask(url: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    const headers = { accept: "text/plain, application/json", "accept-encoding": "identity" };
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const options = { headers, signal, maxHeaderSize: LIMITS.headerBytesMax };
    const sent = url.startsWith("https:")
      ? https.get(url, { ...options, agent: this.#agents.https })
      : http.get(url, { ...options, agent: this.#agents.http });
    sent.on("response", resolve);
    sent.on("error", reject);
    return promise;
  }
}

function fault(which: Extract<Answer, { type: "fault" }>["fault"]): Answer {
  return { type: "fault", fault: which };
}
