import type { Canary } from "../../lib/domain/canary.ts";
import type { HostDirectory } from "../../lib/domain/host-directory.ts";
import type { HostIdentity, ObservationBatch, Tick } from "../../lib/domain/observation.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import { hostRecordKey } from "../../lib/wire/record-key.ts";
import {
  ObservationColumns,
  readingBytes,
  type Row,
  type RowOrigin,
} from "./core/observation-columns.ts";
import { LIMITS } from "./limits.ts";

const UNKNOWN = -1;

/** A record of `observations` and where it goes. */
export interface PackedBatch {
  readonly partition: number;
  readonly batch: ObservationBatch;
}

/** Sorts observations into the partitions of their hosts, many to a record. */
export class ObservationPacker {
  readonly #directory: HostDirectory;
  readonly #partitions: number;
  /** Partition of each host of the directory. */
  #partitionOfHost = new Int16Array(1_024).fill(UNKNOWN);
  #open: (ObservationColumns | null)[];
  #full: PackedBatch[] = [];
  #rows = 0;

  constructor(directory: HostDirectory, partitions: number) {
    this.#directory = directory;
    this.#partitions = partitions;
    this.#open = Array.from({ length: partitions }, () => null);
  }

  /** Rows since the last take. */
  get rows(): number {
    return this.#rows;
  }

  add(host: number, origin: RowOrigin, row: Row): void {
    const partition = this.#partition(host);
    let columns = (this.#open[partition] ??= new ObservationColumns());
    if (columns.bytes + readingBytes(row) >= LIMITS.observationBatchBytes && columns.rows > 0) {
      this.#full.push({ partition, batch: columns.finish([]) });
      columns = this.#open[partition] = new ObservationColumns();
    }
    columns.add(host, this.#identityOf, origin, row);
    this.#rows += 1;
  }

  /**
   * All records so far, in order per partition. Ticks and canaries go into the last one of every
   * partition: what they speak of stands before them.
   */
  take(ticks: readonly Tick[], canaries: readonly Canary[] = []): readonly PackedBatch[] {
    const packed = this.#full;
    for (let partition = 0; partition < this.#partitions; partition++) {
      const columns = this.#open[partition];
      if (columns) packed.push({ partition, batch: columns.finish(ticks, canaries) });
      else if (ticks.length + canaries.length > 0) {
        packed.push({ partition, batch: new ObservationColumns().finish(ticks, canaries) });
      }
    }
    this.#full = [];
    this.#open = Array.from({ length: this.#partitions }, () => null);
    this.#rows = 0;
    return packed;
  }

  readonly #identityOf = (host: number): HostIdentity => ({
    realm: this.#directory.realmOf(host),
    name: this.#directory.nameOf(host),
  });

  #partition(host: number): number {
    if (host >= this.#partitionOfHost.length) {
      const larger = new Int16Array(Math.max(this.#partitionOfHost.length * 2, host + 1));
      larger.fill(UNKNOWN).set(this.#partitionOfHost);
      this.#partitionOfHost = larger;
    }
    const known = this.#partitionOfHost[host]!;
    if (known !== UNKNOWN) return known;
    const { realm, name } = this.#identityOf(host);
    const partition = partitionOf(hostRecordKey(realm, name), this.#partitions);
    this.#partitionOfHost[host] = partition;
    return partition;
  }
}
