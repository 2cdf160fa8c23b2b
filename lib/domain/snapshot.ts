/** Which state this is: one stage of one partition, in one of two generations that alternate. */
export interface SnapshotKey {
  readonly stage: string;
  readonly partition: number;
  readonly generation: number;
}

export interface SnapshotChunk extends SnapshotKey {
  /** Number of the snapshot this chunk belongs to; the manifest's must be equal. */
  readonly serial: number;
  /** From 0. */
  readonly chunk: number;
  readonly bytes: Uint8Array;
}

/** The next record to fold after this state is loaded. */
export interface SnapshotPosition {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
}

/** Written last: a snapshot is complete when all chunks of its serial are there and add up. */
export interface SnapshotManifest extends SnapshotKey {
  /**
   * Grows by one with every snapshot of this stage and partition; the largest complete one loads.
   */
  readonly serial: number;
  /** Version of the state's own layout. */
  readonly layout: number;
  readonly chunks: number;
  readonly totalBytes: number;
  /** CRC-32 of all chunks in order. */
  readonly crc32: number;
  readonly logTimeMs: number;
  /** Of everything the state depends on beside the log. */
  readonly configHash: string;
  readonly positions: readonly SnapshotPosition[];
}
