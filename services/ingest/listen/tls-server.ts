import { readFile } from "node:fs/promises";
import tls from "node:tls";
import type { Refusal } from "../events.ts";
import { LIMITS } from "../limits.ts";
import { tlsTrouble } from "./trouble.ts";

/** Files of a TLS listener; with authorities a client must show a certificate of theirs. */
export interface TlsFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly clientCaPath: string | null;
}

/** A TLS server that is handed its connections; RFC 5425 with TLS 1.2 or later. */
export async function createTlsServer(files: TlsFiles): Promise<tls.Server> {
  const options = await readTlsOptions(files);
  try {
    return tls.createServer(options);
  } catch (error) {
    throw tlsTrouble(error, `${files.certPath} with ${files.keyPath}`);
  }
}

/** What a TLS server of any protocol is made with. */
export async function readTlsOptions(files: TlsFiles): Promise<tls.TlsOptions> {
  const cert = await readPem(files.certPath);
  const key = await readPem(files.keyPath);
  const ca = files.clientCaPath === null ? null : await readPem(files.clientCaPath);
  return {
    cert,
    key,
    ...(ca === null ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
    minVersion: "TLSv1.2",
    handshakeTimeout: LIMITS.handshakeWithinMs,
  };
}

/** What kept a client out. Of a certificate that was shown, only its socket tells. */
export function refusalOf(error: Error, socket: tls.TLSSocket): Refusal {
  const { code } = error as { code?: unknown };
  const hasNone = code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE";
  // Typed as an error, and null or a code when it runs.
  const shown = socket.authorizationError as unknown;
  return hasNone || (shown !== null && shown !== undefined) ? "certificate" : "handshake";
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw tlsTrouble(error, path);
  }
}
