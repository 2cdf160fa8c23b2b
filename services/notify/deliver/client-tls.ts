import { readFileSync } from "node:fs";
import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import type { PostRequest } from "./http-post.ts";

export interface ClientTlsConfig {
  readonly caPath: string | null;
  readonly certPath: string | null;
  readonly keyPath: string | null;
  readonly serverName: string | null;
}

/** A value that prints as `[secret]`. */
export interface Revealable {
  reveal(): string;
}

/** Reads the files that a sink's `tls` names; throws trouble where that is not possible. */
export function clientTls(
  sink: string,
  config: ClientTlsConfig | null,
): NonNullable<PostRequest["tls"]> {
  const pem = (field: "ca" | "cert" | "key", path: string | null): Record<string, Buffer> => {
    if (path === null) return {};
    try {
      return { [field]: readFileSync(path) };
    } catch (error) {
      const { message } = error as Error;
      const what = `cannot read tls.${field}: ${message}`;
      throw misconfigured(sink, what, "give a PEM file this user may read");
    }
  };
  if (config === null) return {};
  return {
    ...pem("ca", config.caPath),
    ...pem("cert", config.certPath),
    ...pem("key", config.keyPath),
    ...(config.serverName === null ? {} : { servername: config.serverName }),
  };
}

/** The header Authorization, where there is one. */
export function authorizationHeader(
  sink: string,
  value: Revealable | null,
): Readonly<Record<string, string>> {
  if (value === null) return {};
  const text = value.reveal();
  if (/^[\t\x20-\x7e]+$/.test(text)) return { authorization: text };
  const what = "the value for Authorization is no header";
  throw misconfigured(sink, what, "write it in one line of ASCII");
}

export function misconfigured(sink: string, what: string, remedy: string): Trouble {
  const place = `sink ${sink}: ${what}`;
  return new Trouble("webhook_misconfigured", place, remedy, EXIT_CODES.configuration);
}
