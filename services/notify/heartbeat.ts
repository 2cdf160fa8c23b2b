import type { Clock } from "../../lib/process/clock.ts";
import { HEARTBEAT_EVERY_MS } from "../../lib/process/limits.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import { type DeliveryFault, faultOf } from "./core/answer.ts";
import { AddressGuard } from "./deliver/address-guard.ts";
import {
  authorizationHeader,
  clientTls,
  type ClientTlsConfig,
  type Revealable,
} from "./deliver/client-tls.ts";
import { post, type PostRequest } from "./deliver/http-post.ts";

export interface HeartbeatConfig {
  readonly name: string;
  readonly url: string;
  readonly method: "get" | "post";
  readonly authorization: Revealable | null;
  readonly timeoutMs: number;
  readonly allow: readonly string[];
  readonly tls: ClientTlsConfig | null;
}

/** What happens here and what somebody counts or logs; none may throw. */
export interface HeartbeatEvents<Hop extends string> {
  heartbeatSent(sink: string): void;
  heartbeatWithheld(sink: string, hop: Hop): void;
  /** Everything moves, and the switch could not be reached. */
  heartbeatFailed(sink: string, reason: DeliveryFault, said: string): void;
}

export interface HeartbeatOptions<Hop extends string> {
  readonly config: HeartbeatConfig;
  readonly clock: Clock;
  readonly events: HeartbeatEvents<Hop>;
  /** The hop that did not move since it was last asked; null when all did. */
  readonly stillHop: () => Hop | null;
}

/**
 * A sign of life to somebody outside, who raises the alarm when it stays away. It is not a matter
 * of
 * being alive: without movement it is withheld. One attempt a minute; the next one is the retry.
 */
export class Heartbeat<Hop extends string> implements Part {
  readonly name: string;
  readonly #options: HeartbeatOptions<Hop>;
  readonly #guard: AddressGuard;
  readonly #stop = new AbortController();
  #request: Pick<PostRequest, "headers" | "tls"> | null = null;
  #cancel: () => void = () => {};
  #sending: Promise<void> = Promise.resolve();

  constructor(options: HeartbeatOptions<Hop>) {
    this.name = `heartbeat ${options.config.name}`;
    this.#options = options;
    this.#guard = new AddressGuard(options.config.allow);
  }

  /** Reads secrets and certificates, so that a mistake in them shows at once. */
  start({ died }: Pick<PartContext, "died">): void {
    const { name, url, tls, authorization } = this.#options.config;
    const headers = { "user-agent": "tidegauge", ...authorizationHeader(name, authorization) };
    this.#request = { headers, tls: url.startsWith("https:") ? clientTls(name, tls) : null };
    // From here on something has to move.
    this.#options.stillHop();
    this.#later(died);
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#stop.abort();
    await this.#sending;
  }

  #later(died: PartContext["died"]): void {
    this.#cancel = this.#options.clock.after(HEARTBEAT_EVERY_MS, () => {
      this.#later(died);
      this.#sending = this.#beat().catch(died);
    });
  }

  async #beat(): Promise<void> {
    const { config, events, stillHop } = this.#options;
    const hop = stillHop();
    if (hop !== null) return events.heartbeatWithheld(config.name, hop);
    const answer = await this.#send();
    if (answer.type === "stopped") return;
    if (answer.type === "taken") return events.heartbeatSent(config.name);
    events.heartbeatFailed(config.name, faultOf(answer), answer.said);
  }

  async #send() {
    const { config, clock } = this.#options;
    const deadline = new AbortController();
    const cancel = clock.after(config.timeoutMs, () => deadline.abort());
    try {
      return await post({
        ...this.#request!,
        url: new URL(config.url),
        method: config.method === "get" ? "GET" : "POST",
        body: "",
        guard: this.#guard,
        deadline: deadline.signal,
        stop: this.#stop.signal,
      });
    } finally {
      cancel();
    }
  }
}
