/** What was ours and could not be believed, or could not be read at all: its bytes are kept. */
export interface Rejected {
  /** Stable code: a line's reject reason or a record's decode reason. */
  readonly reason: string;
  readonly detail: string;
  /** Name of the configured input. */
  readonly input: string;
  /** `topic/partition@offset#line` or `file#line`. */
  readonly at: string;
  readonly arrivalMs: number;
  /** The original bytes, cut to the configured limit. */
  readonly bytes: Uint8Array;
  /** How many bytes there were before the cut. */
  readonly originalBytes: number;
}
