import { createHash, timingSafeEqual } from "node:crypto";
import { HEC_ANSWERS, type HecAnswer } from "./hec-answer.ts";

export interface HecToken {
  readonly name: string;
  readonly value: { reveal(): string };
}

/** Who may send. How long a check takes says nothing about the tokens. */
export class HecTokens {
  readonly #known: readonly { readonly name: string; readonly digest: Buffer }[];
  readonly #takesQuery: boolean;

  constructor(tokens: readonly HecToken[], takesQuery: boolean) {
    this.#known = tokens.map(({ name, value }) => ({ name, digest: digestOf(value.reveal()) }));
    this.#takesQuery = takesQuery;
  }

  /** The name of the token that came in a header, or with leave in the query; else the refusal. */
  check(authorization: string | undefined, query: URLSearchParams): string | HecAnswer {
    const inQuery = query.get("token");
    if (authorization === undefined || authorization === "") {
      if (inQuery === null) return HEC_ANSWERS.tokenRequired;
      return this.#takesQuery ? this.#nameOf(inQuery) : HEC_ANSWERS.noQueryToken;
    }
    const token = tokenIn(authorization);
    return token === null ? HEC_ANSWERS.invalidAuthorization : this.#nameOf(token);
  }

  /** Digests have one length, and all of them are compared. */
  #nameOf(token: string): string | HecAnswer {
    const digest = digestOf(token);
    let found: string | HecAnswer = HEC_ANSWERS.invalidToken;
    for (const known of this.#known) if (timingSafeEqual(known.digest, digest)) found = known.name;
    return found;
  }
}

/** `Splunk TOKEN`, or `Basic` with any user and the token as its password. */
function tokenIn(authorization: string): string | null {
  const blank = authorization.indexOf(" ");
  const scheme = authorization.slice(0, Math.max(0, blank)).toLowerCase();
  const rest = authorization.slice(blank + 1).trim();
  if (rest === "") return null;
  if (scheme === "splunk") return rest;
  if (scheme !== "basic") return null;
  const login = Buffer.from(rest, "base64").toString("utf8");
  const colon = login.indexOf(":");
  return colon < 0 ? null : login.slice(colon + 1);
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
