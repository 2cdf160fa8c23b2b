import { recordBytes } from "./record-frame.ts";
import { StreamError } from "./stream-error.ts";
import type { NewRecord, TopicSpec } from "./stream.ts";

/** Throws what every adapter refuses before it touches the log. */
export function checkAppend(
  spec: TopicSpec,
  partition: number,
  records: readonly NewRecord[],
): void {
  checkPartition(spec, partition);
  if (records.length === 0) throw new StreamError("batch_empty", `an append to ${spec.name}`);
  for (const record of records) {
    if (record.key === null && isCompacted(spec)) {
      throw new StreamError("key_missing", `a record for ${spec.name} has no key`);
    }
    const bytes = recordBytes(record);
    if (bytes > spec.recordBytesMax) {
      const limit = `${spec.name} takes ${spec.recordBytesMax}`;
      throw new StreamError("record_too_large", `a record of ${bytes} bytes, and ${limit}`);
    }
  }
}

export function checkPartition(spec: TopicSpec, partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < spec.partitions) return;
  throw new StreamError("partition_unknown", `topic ${spec.name} has no partition ${partition}`);
}

export function checkSameTopic(had: TopicSpec, wanted: TopicSpec): void {
  if (had.partitions === wanted.partitions) return;
  const found = `topic ${had.name} has ${had.partitions} partitions, not ${wanted.partitions}`;
  throw new StreamError("topic_mismatch", found);
}

export function isCompacted(spec: TopicSpec): boolean {
  return spec.cleanup.policy !== "delete";
}

/** Null where nothing leaves by age. */
export function retentionMs(spec: TopicSpec): number | null {
  return spec.cleanup.policy === "compact" ? null : spec.cleanup.retentionMs;
}
