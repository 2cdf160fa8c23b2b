import { LIMITS } from "../limits.ts";
import type { NewRecord, Position } from "../../../lib/stream/stream.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import { snapshotRecords, type StateName } from "./snapshot-store.ts";

interface Pending {
  readonly records: NewRecord[];
  readonly position: Position;
  readonly bytes: number;
}

/** A state that could be written down now. */
export interface StateToKeep {
  readonly logTimeMs: number;
  /** What it stands for: everything before. */
  readonly position: Position;
  /** There is more to read at once. */
  readonly isBehind: boolean;
  readonly encode: () => Uint8Array | Promise<Uint8Array>;
}

/**
 * When a partition's state is written down. What a snapshot stands for must be out before it is:
 * so it is taken after one batch and published with the next, when the log holds the first.
 */
export class SnapshotCadence {
  serial = 0;
  readonly #name: StateName;
  readonly #configHash: string;
  readonly #layout: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #pending: Pending | null = null;

  constructor(name: StateName, layout: number, configHash: string) {
    this.#name = name;
    this.#layout = layout;
    this.#configHash = configHash;
  }

  resume(serial: number, logTimeMs: number): void {
    this.serial = serial;
    this.#lastMs = logTimeMs;
  }

  /** Takes a snapshot when log time has come far enough; `encode` is only called then. */
  async take(codec: Codec, state: StateToKeep): Promise<void> {
    const { logTimeMs, position, isBehind, encode } = state;
    if (!Number.isFinite(logTimeMs) || this.#pending !== null) return;
    const seconds = isBehind ? LIMITS.snapshotEverySecondsBehind : LIMITS.snapshotEverySeconds;
    if (logTimeMs - this.#lastMs < seconds * 1_000) return;
    this.#lastMs = logTimeMs;
    this.serial += 1;
    const bytes = await encode();
    const { topic, partition, offset } = position;
    const records = snapshotRecords(codec, bytes, {
      ...this.#name,
      serial: this.serial,
      layout: this.#layout,
      logTimeMs,
      configHash: this.#configHash,
      positions: [{ topic, partition, nextOffset: offset }],
    });
    this.#pending = { records, position, bytes: bytes.length };
  }

  /** The snapshot that may go out now, once. */
  due(): Pending | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }
}
