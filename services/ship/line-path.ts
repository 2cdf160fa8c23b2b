/**
 * The way of this machine's lines into the spool, given by the wiring: that of ingest's own inputs,
 * so that both keep the same lines and count the others alike.
 */
export interface LinePath {
  /** One line, without its newline. */
  take(line: Uint8Array): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Resolves when every line taken so far is in the spool, or was counted. */
  flush(): Promise<void>;
  /** The last flush: waits for the spool, but not for ever. */
  close(): Promise<void>;
}

/** `failed` is called with what nothing can mend. */
export type OpenLinePath = (source: string, failed: (error: unknown) => void) => LinePath;
