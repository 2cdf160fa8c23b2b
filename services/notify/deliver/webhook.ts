import { printableJson } from "../../../lib/domain/printable.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import type { Answer } from "../core/answer.ts";
import { noticeBody } from "../formats/notice.ts";
import type { Notice } from "../formats/notice.ts";
import { AddressGuard } from "./address-guard.ts";
import {
  authorizationHeader,
  clientTls,
  type ClientTlsConfig,
  type Revealable,
} from "./client-tls.ts";
import type { PostRequest } from "./http-post.ts";
import { post } from "./http-post.ts";
import type { Sink } from "./sink.ts";
import { webhookKey, webhookSignature } from "./webhook-signature.ts";

export interface WebhookConfig {
  readonly name: string;
  readonly url: string;
  readonly secret: Revealable | null;
  readonly previousSecret: Revealable | null;
  readonly authorization: Revealable | null;
  readonly timeoutMs: number;
  readonly allow: readonly string[];
  readonly tls: ClientTlsConfig | null;
}

interface Opened {
  readonly keys: readonly Uint8Array[];
  /** The header Authorization, where there is one. */
  readonly authorized: Readonly<Record<string, string>>;
  readonly tls: PostRequest["tls"];
}

/** HTTP POST of the incident object, signed after Standard Webhooks 1.0.0. */
export class WebhookSink implements Sink {
  readonly name: string;
  readonly keeping = "newest";
  readonly #config: WebhookConfig;
  readonly #clock: Clock;
  readonly #url: URL;
  readonly #guard: AddressGuard;
  #opened: Opened | null = null;

  constructor(config: WebhookConfig, clock: Clock) {
    this.name = config.name;
    this.#config = config;
    this.#clock = clock;
    this.#url = new URL(config.url);
    this.#guard = new AddressGuard(config.allow);
  }

  /** Reads what secrets and certificates are made of, so that a mistake in them shows at once. */
  async open(): Promise<void> {
    this.#opened = this.#read();
  }

  async deliver(notice: Notice, signal: AbortSignal): Promise<Answer> {
    const { keys, authorized, tls } = (this.#opened ??= this.#read());
    const body = printableJson(noticeBody(notice));
    const deadline = new AbortController();
    const cancel = this.#clock.after(this.#config.timeoutMs, () => deadline.abort());
    try {
      return await post({
        url: this.#url,
        headers: { ...this.#headers(notice, keys, body), ...authorized },
        body,
        tls: this.#url.protocol === "https:" ? tls : null,
        guard: this.#guard,
        deadline: deadline.signal,
        stop: signal,
      });
    } finally {
      cancel();
    }
  }

  async close(): Promise<void> {}

  #headers(notice: Notice, keys: readonly Uint8Array[], body: string): Record<string, string> {
    const seconds = Math.floor(this.#clock.nowMs() / 1_000);
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "user-agent": "tidegauge",
      "webhook-id": notice.key,
      "webhook-timestamp": String(seconds),
      "tidegauge-notice": notice.type === "digest" ? "digest" : notice.urgency,
    };
    if (keys.length > 0) {
      headers["webhook-signature"] = webhookSignature(keys, notice.key, seconds, body);
    }
    return headers;
  }

  #read(): Opened {
    const { name, secret, previousSecret, authorization, tls } = this.#config;
    const keys = [secret, previousSecret].flatMap((each) =>
      each === null ? [] : [webhookKey(each.reveal(), name)],
    );
    const authorized = authorizationHeader(name, authorization);
    return { keys, authorized, tls: clientTls(name, tls) };
  }
}
