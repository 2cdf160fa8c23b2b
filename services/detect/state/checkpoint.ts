import type { Outgoing } from "../../../lib/stream/run.ts";
import type { Position } from "../../../lib/stream/stream.ts";
import type { DetectOptions } from "../detect-options.ts";
import { LIMITS } from "../limits.ts";
import { SnapshotCadence, type StateToKeep } from "./snapshot-cadence.ts";
import { loadSnapshot, type StateName } from "./snapshot-store.ts";

/** What became due with a batch: appends of a snapshot and the position that it stands for. */
export interface CheckpointWork {
  readonly publish: readonly Outgoing[];
  readonly commit: readonly Position[];
}

const NOTHING: CheckpointWork = { publish: [], commit: [] };

/** The snapshots of one partition's state: where its fold begins, and when it is written down. */
export class Checkpoint {
  readonly #options: DetectOptions;
  readonly #name: StateName;
  readonly #layout: number;
  readonly #configHash: string;
  readonly #cadence: SnapshotCadence;

  /** `configHash` is of everything that the state depends on beside the log. */
  constructor(options: DetectOptions, name: StateName, layout: number, configHash: string) {
    this.#options = options;
    this.#name = name;
    this.#layout = layout;
    this.#configHash = configHash;
    this.#cadence = new SnapshotCadence(name, layout, configHash);
  }

  /**
   * Where to read on: behind the newest snapshot, or at the partition's start. `apply` hears
   * whether the state was made under the configuration of now.
   */
  async restore(
    topic: string,
    apply: (bytes: Uint8Array, isSameConfig: boolean) => void | Promise<void>,
  ): Promise<Position> {
    const { log, codec, path, events } = this.#options;
    const { stage, partition } = this.#name;
    const { snapshot, tornSerial } = await loadSnapshot(log, codec, path("snapshots"), this.#name);
    if (tornSerial !== null) events.snapshotUnusable(stage, partition, "torn");
    if (snapshot !== null && snapshot.manifest.layout !== this.#layout) {
      events.snapshotUnusable(stage, partition, "other_version");
    } else if (snapshot !== null) {
      await apply(snapshot.bytes, snapshot.manifest.configHash === this.#configHash);
      this.#cadence.resume(snapshot.manifest.serial, snapshot.manifest.logTimeMs);
      const { nextOffset } = snapshot.manifest.positions[0]!;
      events.snapshotLoaded(stage, partition, nextOffset, snapshot.bytes.length);
      return { topic, partition, offset: nextOffset };
    }
    const ranges = await log.offsets(topic);
    return { topic, partition, offset: ranges[partition]!.startOffset };
  }

  /** Takes a snapshot of the state behind `position` when log time has come far enough. */
  take(state: StateToKeep): Promise<void> {
    return this.#cadence.take(this.#options.codec, state);
  }

  /** The snapshot taken one batch ago: what it stands for is in the log by now. */
  due(): CheckpointWork {
    const snapshot = this.#cadence.due();
    if (snapshot === null) return NOTHING;
    const { events, path } = this.#options;
    events.snapshotWritten(this.#name.stage, snapshot.bytes);
    const topic = path("snapshots");
    const publish: Outgoing[] = [];
    for (let at = 0; at < snapshot.records.length; at += LIMITS.snapshotRecordsPerAppend) {
      const records = snapshot.records.slice(at, at + LIMITS.snapshotRecordsPerAppend);
      publish.push({ topic, partition: 0, records });
    }
    return { publish, commit: [snapshot.position] };
  }
}
