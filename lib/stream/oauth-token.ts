import type { Clock } from "../process/clock.ts";
import { OAUTH_ANSWER_WITHIN_MS, OAUTH_RENEW_BEFORE_MS } from "./limits.ts";
import { StreamError } from "./stream-error.ts";

export interface OauthTokenOptions {
  readonly tokenUrl: string | null;
  /** The client's id, and its secret. */
  readonly username: string;
  readonly password: { reveal(): string };
  readonly scope: string | null;
  readonly clock: Clock;
}

/**
 * A token of the client credentials grant (RFC 6749 section 4.4), kept until shortly before its
 * end.
 */
export class OauthToken {
  readonly #options: OauthTokenOptions;
  #current: { readonly token: string; readonly untilMs: number } | null = null;

  constructor(options: OauthTokenOptions) {
    this.#options = options;
  }

  async get(): Promise<string> {
    const nowMs = this.#options.clock.nowMs();
    if (this.#current === null || nowMs >= this.#current.untilMs - OAUTH_RENEW_BEFORE_MS) {
      const { token, seconds } = await this.#ask();
      this.#current = { token, untilMs: nowMs + seconds * 1_000 };
    }
    return this.#current.token;
  }

  async #ask(): Promise<{ token: string; seconds: number }> {
    const { tokenUrl, username, password, scope } = this.#options;
    const pair = `${encodeURIComponent(username)}:${encodeURIComponent(password.reveal())}`;
    const answer = await fetch(tokenUrl ?? "", {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        ...(scope === null ? {} : { scope }),
      }),
      signal: AbortSignal.timeout(OAUTH_ANSWER_WITHIN_MS),
    }).catch((error: unknown) => {
      throw new StreamError("login_refused", `${tokenUrl} gives no token`, error);
    });
    const body = (await answer.json().catch(() => null)) as {
      access_token?: unknown;
      expires_in?: unknown;
    } | null;
    if (!answer.ok || typeof body?.access_token !== "string") {
      throw new StreamError("login_refused", `${tokenUrl} answers ${answer.status} and no token`);
    }
    const seconds = typeof body.expires_in === "number" ? body.expires_in : 0;
    return { token: body.access_token, seconds };
  }
}
