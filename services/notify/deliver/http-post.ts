import type { LookupAddress } from "node:dns";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { unlessAborted } from "../abortable.ts";
import type { Answer, Trouble } from "../core/answer.ts";
import { LIMITS } from "../limits.ts";
import type { AddressGuard } from "./address-guard.ts";

export interface PostRequest {
  readonly url: URL;
  /** Default POST; a GET carries no body. */
  readonly method?: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Null for http. */
  readonly tls: (SecureContextOptions & { readonly servername?: string }) | null;
  readonly guard: AddressGuard;
  /** Ends the attempt; the two are told apart by which one is aborted. */
  readonly deadline: AbortSignal;
  readonly stop: AbortSignal;
}

/**
 * One request: no redirect, no proxy, no connection kept, TLS always verified, and of the response
 * the
 * status counts as soon as it is there. Its body is read as far as LIMITS say, politely, so that
 * the receiver does not take us for gone.
 */
export async function post(request: PostRequest): Promise<Answer> {
  const { url, guard, deadline, stop } = request;
  const signal = AbortSignal.any([deadline, stop]);
  try {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = await unlessAborted(guard.resolve(host), signal);
    if (addresses.length === 0) return forbidden(host);
    const response = await exchange(request, addresses, signal);
    const said = await readSaid(response, signal);
    const httpStatus = response.statusCode ?? 0;
    if (httpStatus >= 200 && httpStatus < 300) return { type: "taken", httpStatus };
    const retryAfter = response.headers["retry-after"] ?? null;
    return { type: "answered", httpStatus, retryAfter, said };
  } catch (error) {
    if (stop.aborted) return { type: "stopped" };
    if (deadline.aborted) return troubled("deadline", "no answer in time");
    return troubled(troubleOf(error), messageOf(error));
  }
}

function exchange(
  { url, method = "POST", headers, body, tls }: PostRequest,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const options = {
    method,
    headers:
      method === "GET"
        ? headers
        : { ...headers, "content-length": String(Buffer.byteLength(body)) },
    lookup: answering(addresses),
    signal,
  };
  // An agent of its own for each request: none kept, and none that reads a proxy from the
  // environment.
  const sent =
    url.protocol === "https:"
      ? https.request(url, {
          ...options,
          ...tls,
          agent: new https.Agent(),
          rejectUnauthorized: true,
        })
      : http.request(url, { ...options, agent: new http.Agent() });
  sent.on("response", resolve);
  sent.on("error", reject);
  sent.end(method === "GET" ? undefined : body);
  return promise;
}

/** A lookup that knows its answer already. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

/** What the target said, cut short; a body that never ends is no reason to forget its status. */
async function readSaid(response: http.IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (chunks.length < 4) chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= LIMITS.responseBytesMax || signal.aborted) break;
    }
  } catch {
    // Cut off by the deadline or by the target, after its status had come.
  }
  response.destroy();
  const text = Buffer.concat(chunks)
    .subarray(0, 4 * LIMITS.detailCharsMax)
    .toString("utf8");
  return text.replaceAll(/\s+/g, " ").trim().slice(0, LIMITS.detailCharsMax);
}

function forbidden(host: string): Answer {
  const said = `${host} is not on the public internet; list its network in \`allow\` of the sink`;
  return troubled("forbidden_address", said);
}

function troubled(trouble: Trouble, said: string): Answer {
  return { type: "troubled", trouble, said };
}

function troubleOf(error: unknown): Trouble {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code.startsWith("HPE_")) return "protocol";
  const isTls = code.startsWith("ERR_TLS") || code.startsWith("ERR_SSL") || code.includes("CERT");
  return isTls || TLS_CODES.has(code) ? "tls" : "unreachable";
}

/** Of OpenSSL's X509_V_ERR_*, those whose name does not say certificate. */
const TLS_CODES: ReadonlySet<string> = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "HOSTNAME_MISMATCH",
  "EPROTO",
]);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
