import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, sleep } from "../../../lib/process/clock.ts";
import { BAD_JSON, isObject, list, parseJson } from "../envelopes/json-value.ts";
import { LIMITS } from "../limits.ts";
import { HecAcks } from "./hec-acks.ts";
import { HEC_ANSWERS, type HecAnswer } from "./hec-answer.ts";
import { takeEvents, takeRaw } from "./hec-events.ts";
import { channelOf, hecTarget, INVALID_CHANNEL } from "./hec-target.ts";
import type { HecTokens } from "./hec-tokens.ts";
import type { InputPath } from "./input.ts";
import type { Speaker } from "./line-sieve.ts";
import type { LineOrigin } from "./line-writer.ts";
import { BodyMemory, readBody, type BodyFault } from "./request-body.ts";

export interface HecRequestsOptions {
  readonly path: InputPath;
  readonly clock: Clock;
  readonly tokens: HecTokens;
  /** Indexer acknowledgement: taken at once, and asked for later. */
  readonly ack: boolean;
}

/** Who sends on a connection. */
export interface HecSender {
  readonly origin: LineOrigin;
  readonly speaker: Speaker | null;
}

interface Post {
  readonly endpoint: "event" | "raw" | "ack";
  readonly token: string;
  /** Null only where none is needed. */
  readonly channel: string | null;
  readonly query: URLSearchParams;
}

/**
 * Requests of Splunk's HTTP Event Collector into answers. Without acknowledgement a success says
 * that the lines are in the log; with it that they are on their way, and a poll says when they are.
 */
export class HecRequests {
  readonly #options: HecRequestsOptions;
  readonly #memory = new BodyMemory();
  readonly #acks: HecAcks;
  /** Flushes everything taken before it begins; requests that come together share it. */
  #flush: Promise<void> | null = null;

  constructor(options: HecRequestsOptions) {
    this.#options = options;
    this.#acks = new HecAcks(options.clock);
  }

  /** Bytes of bodies that are being received or worked on. */
  get heldBytes(): number {
    return this.#memory.held;
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    sender: HecSender,
  ): Promise<HecAnswer> {
    const { endpoint, query } = hecTarget(request.url ?? "");
    if (endpoint === null) return HEC_ANSWERS.notFound;
    if (endpoint === "health") return this.#health(request.method);
    if (request.method !== "POST") return HEC_ANSWERS.wrongMethod;
    const token = this.#options.tokens.check(request.headers.authorization, query);
    if (typeof token !== "string") return token;
    const channel = channelOf(request.headers, query);
    const refusal = this.#refusalOf(endpoint, channel);
    if (refusal !== null) return refusal;
    // A sender that asks first sends its body only now.
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await readBody(request, this.#memory);
    if (typeof body === "string") return answerTo(body);
    try {
      return await this.#take({ endpoint, token, channel, query }, body, sender);
    } finally {
      this.#memory.release(body.length);
    }
  }

  #health(method: string | undefined): HecAnswer {
    if (method !== "GET" && method !== "HEAD") return HEC_ANSWERS.wrongMethod;
    return this.#options.path.outbox.hasRoom ? HEC_ANSWERS.healthy : HEC_ANSWERS.queuesFull;
  }

  #refusalOf(endpoint: Post["endpoint"], channel: string | null): HecAnswer | null {
    const { ack } = this.#options;
    if (endpoint === "ack" && !ack) return HEC_ANSWERS.ackDisabled;
    if (channel === INVALID_CHANNEL) return HEC_ANSWERS.invalidChannel;
    if (ack && channel === null) return HEC_ANSWERS.channelMissing;
    if (endpoint === "ack") return null;
    return this.#hasRoom ? null : HEC_ANSWERS.busy;
  }

  get #hasRoom(): boolean {
    return this.#options.path.outbox.hasRoom && this.#acks.hasRoom;
  }

  async #take(post: Post, body: Buffer, sender: HecSender): Promise<HecAnswer> {
    const { endpoint, token, channel, query } = post;
    if (endpoint === "ack") return this.#poll(token, channel!, body);
    // Others may have filled it meanwhile. From here on a body is taken as a whole, so that what
    // waits for the log is at most what fits beside the bodies that were being read.
    if (!this.#hasRoom) return HEC_ANSWERS.busy;
    const lines = this.#linesOf(sender);
    const origin = { host: query.get("host"), time: query.get("time") };
    const answer = await (endpoint === "raw"
      ? takeRaw(body, origin, lines)
      : takeEvents(body, lines));
    if (!this.#options.ack) return (await this.#isStored()) ? answer : HEC_ANSWERS.busy;
    if (answer.code !== HEC_ANSWERS.success.code) return answer;
    const { ackId, stored } = this.#acks.open(token, channel!);
    // What cannot be stored ends the input, which tells why.
    this.#stored().then(stored, () => {});
    return { ...answer, ackId };
  }

  #linesOf({ origin, speaker }: HecSender) {
    const { path, clock } = this.#options;
    return {
      take: (bytes: Uint8Array, start: number, end: number) =>
        path.sieve.take(bytes, start, end, 0, origin, speaker),
      turn: () => sleep(clock, 0),
    };
  }

  #poll(token: string, channel: string, body: Buffer): HecAnswer {
    const question = parseJson(body.toString("utf8"));
    if (question === BAD_JSON || !isObject(question)) return HEC_ANSWERS.invalidFormat;
    const acks: Record<string, boolean> = {};
    for (const id of list(question, "acks")) {
      if (typeof id !== "number") return HEC_ANSWERS.invalidFormat;
      acks[String(id)] = this.#acks.isStored(token, channel, id);
    }
    return { ...HEC_ANSWERS.success, acks };
  }

  /** False where a sender had better send again than wait on: then lines may come twice. */
  async #isStored(): Promise<boolean> {
    const over = new AbortController();
    const late = sleep(this.#options.clock, LIMITS.hecAnswerWithinMs, over.signal);
    try {
      return await Promise.race([this.#stored().then(() => true), late.then(() => false)]);
    } finally {
      over.abort();
    }
  }

  #stored(): Promise<void> {
    this.#flush ??= this.#flushSoon();
    return this.#flush;
  }

  async #flushSoon(): Promise<void> {
    await sleep(this.#options.clock, LIMITS.lineBatchAfterMs);
    this.#flush = null;
    await this.#options.path.flush();
  }
}

function answerTo(fault: BodyFault): HecAnswer {
  switch (fault) {
    case "too_large":
      return HEC_ANSWERS.tooLarge;
    case "no_room":
      return HEC_ANSWERS.busy;
    case "unknown_encoding":
      return HEC_ANSWERS.wrongEncoding;
    case "bad_gzip":
    case "gone":
      return HEC_ANSWERS.invalidFormat;
  }
}
