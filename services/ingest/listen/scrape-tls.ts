import { readFileSync } from "node:fs";
import type { ScrapeClientOptions } from "./scrape-client.ts";
import { tlsTrouble } from "./trouble.ts";

/** Files of TLS towards targets; null stands for the system's own. */
export interface ClientTlsFiles {
  readonly caPath: string | null;
  readonly certPath: string | null;
  readonly keyPath: string | null;
  readonly serverName: string | null;
}

/** What the files hold; throws trouble where they cannot be read. */
export function scrapeTls(files: ClientTlsFiles | null): ScrapeClientOptions["tls"] {
  if (files === null) return null;
  const { caPath, certPath, keyPath, serverName } = files;
  return {
    ...(caPath === null ? {} : { ca: read(caPath) }),
    ...(certPath === null ? {} : { cert: read(certPath) }),
    ...(keyPath === null ? {} : { key: read(keyPath) }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw tlsTrouble(error, path);
  }
}
