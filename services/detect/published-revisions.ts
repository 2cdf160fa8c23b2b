import type { Incident } from "../../lib/domain/incident.ts";
import { readRange } from "../../lib/stream/read-range.ts";
import type { Outgoing } from "../../lib/stream/run.ts";
import type { NewRecord } from "../../lib/stream/stream.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import type { DetectOptions } from "./detect-options.ts";
import { LIMITS } from "./limits.ts";

/** Where the newest revision of an incident stands, and whether an older one came behind it. */
interface Newest {
  readonly revision: number;
  readonly partition: number;
  readonly offset: number;
  isLast: boolean;
}

/** Which revisions `incidents` holds: an old truth is not told again. */
export class PublishedRevisions {
  readonly #options: Pick<DetectOptions, "log" | "codec" | "path">;
  /** As the log has them. */
  readonly #newest = new Map<string, Newest>();
  /** What we have said since, whether it is in the log yet or not. */
  readonly #told = new Map<string, number>();
  /** By partition, how far it was read. */
  readonly #offsets = new Map<number, number>();

  constructor(options: Pick<DetectOptions, "log" | "codec" | "path">) {
    this.#options = options;
  }

  /** False where it was told before; else it counts as told from now on. */
  isNew({ id, revision }: Incident): boolean {
    const known = Math.max(this.#newest.get(id)?.revision ?? 0, this.#told.get(id) ?? 0);
    if (known >= revision) return false;
    this.#told.set(id, revision);
    return true;
  }

  /**
   * What was written since the last call, by others too; at the first one everything. `take` hears
   * of each that no newer one stands before, in the order of the log.
   */
  async catchUp(take: (incident: Incident) => void = () => undefined): Promise<void> {
    const { log, codec, path } = this.#options;
    const topic = path("incidents");
    for (const range of await log.offsets(topic)) {
      const { partition } = range;
      const startOffset = Math.max(range.startOffset, this.#offsets.get(partition) ?? 0);
      const left = { ...range, startOffset };
      for await (const slice of readRange(log, left, LIMITS.snapshotReadBytes)) {
        for (const { offset, value } of slice.records) {
          const message = decodeMessage(codec, value ?? new Uint8Array(), ["incident"]);
          if (!message.ok) continue;
          if (this.#take(partition, offset, message.value)) take(message.value);
        }
        this.#offsets.set(partition, slice.nextOffset);
      }
    }
  }

  /**
   * A process that was stopped while another took its place may put an older revision behind a
   * newer one. Whoever reads goes by the number, but compaction keeps the last: the newest is
   * written once more.
   */
  async mends(): Promise<readonly Outgoing[]> {
    const { log, path } = this.#options;
    const topic = path("incidents");
    const mends: Outgoing[] = [];
    for (const newest of this.#newest.values()) {
      if (newest.isLast) continue;
      newest.isLast = true;
      const { partition, offset } = newest;
      const { records } = await log.read({ topic, partition, offset }, 1);
      const [record] = records;
      if (record === undefined || record.offset !== offset) continue;
      const again: NewRecord = { key: record.key, value: record.value };
      mends.push({ topic, partition, records: [again] });
    }
    return mends;
  }

  /** False for an old truth. */
  #take(partition: number, offset: number, { id, revision }: Incident): boolean {
    const known = this.#newest.get(id);
    if (known !== undefined && known.revision > revision) {
      known.isLast = false;
      return false;
    }
    this.#newest.set(id, { revision, partition, offset, isLast: true });
    if ((this.#told.get(id) ?? 0) <= revision) this.#told.delete(id);
    return true;
  }
}
