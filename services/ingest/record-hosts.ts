import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";

const COLON = ":";
export const NO_HOST = -1;

/** Whose the lines of a record are, as ids of the directory: who is named, else who sent them. */
export class RecordHosts {
  readonly #directory: HostDirectory;
  #batch!: LineBatch;
  /** The batch's, as a number of the directory. */
  realm = 0;
  /** Of the segment. */
  #peer: string | null = null;
  /** Undefined is not looked up yet. */
  #originHost: number | undefined;

  constructor(directory: HostDirectory) {
    this.#directory = directory;
  }

  open(batch: LineBatch): void {
    this.#batch = batch;
    this.realm = this.#directory.realm(batch.realm);
    // Lines that no segment speaks for have no sender.
    this.enter(null);
  }

  /** From here on lines come from `peer`. */
  enter(peer: string | null): void {
    this.#peer = peer;
    this.#originHost = undefined;
  }

  /** The name in [start, end), where `start` is not negative. */
  ofBytes(bytes: Uint8Array, start: number, end: number): number {
    if (start < 0) return this.#ofOrigin();
    return this.#directory.idOfBytes(bytes, start, end, this.realm);
  }

  ofName(host: string | null): number {
    return host === null ? this.#ofOrigin() : this.#directory.idOf(this.#batch.realm, host);
  }

  /** What the batch says, else the sender's address: FreeBSD's syslogd writes no host name. */
  #ofOrigin(): number {
    if (this.#originHost === undefined) {
      const { host, realm } = this.#batch;
      const name = host ?? addressOf(this.#peer);
      this.#originHost = name === null ? NO_HOST : this.#directory.idOf(realm, name);
    }
    return this.#originHost;
  }
}

/** `192.0.2.1:514` or `[2001:db8::1]:514` without the port. */
function addressOf(peer: string | null): string | null {
  if (peer === null) return null;
  const end = peer.lastIndexOf(COLON);
  const address = end < 0 ? peer : peer.slice(0, end);
  return address.startsWith("[") ? address.slice(1, -1) : address;
}
