import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { transaction } from "./embedded-writer.ts";
import { CLEAN_BATCHES_MAX, TOMBSTONE_KEPT_MS } from "./limits.ts";
import { packRecords, unpackRecords } from "./record-frame.ts";
import type { TopicSpec } from "./stream.ts";
import { isCompacted, retentionMs } from "./topic-rules.ts";

interface PartitionRow {
  readonly id: number;
  readonly bytes: number;
}

/**
 * Retention and compaction of the embedded log, as of `nowMs`. Returns true when there is more to
 * do: each call is one short transaction, and appends go between.
 */
export function cleanSome(database: DatabaseSync, nowMs: number): boolean {
  return transaction(database, "cleaning the log", () => {
    let budget = CLEAN_BATCHES_MAX;
    for (const { name, spec: text } of database.prepare("SELECT name, spec FROM topic").all()) {
      const spec = JSON.parse(String(text)) as TopicSpec;
      const partitions = database
        .prepare("SELECT id, bytes FROM partition WHERE topic = ?")
        .all(String(name)) as unknown as PartitionRow[];
      for (const partition of partitions) {
        budget -= retain(database, spec, partition, nowMs, budget);
        if (isCompacted(spec)) budget -= compact(database, spec, partition.id, nowMs, budget);
        if (budget <= 0) return true;
      }
    }
    return false;
  });
}

/** The oldest batches leave by age or size. Returns how many. */
function retain(
  database: DatabaseSync,
  spec: TopicSpec,
  partition: PartitionRow,
  nowMs: number,
  budget: number,
): number {
  const retainMs = retentionMs(spec);
  const cutMs = retainMs === null ? -Infinity : nowMs - retainMs;
  let { bytes } = partition;
  let count = 0;
  let startOffset = 0;
  const oldest = database.prepare(
    `SELECT next_offset, arrival_ms, length(body) AS bytes FROM batch
     WHERE partition = ? ORDER BY next_offset LIMIT ?`,
  );
  for (const row of oldest.iterate(partition.id, budget)) {
    const over = bytes > (spec.retentionBytes ?? Infinity);
    if (Number(row["arrival_ms"]) >= cutMs && !over) break;
    bytes -= Number(row["bytes"]);
    startOffset = Number(row["next_offset"]);
    count++;
  }
  if (count === 0) return 0;
  database
    .prepare("DELETE FROM batch WHERE partition = ? AND next_offset <= ?")
    .run(partition.id, startOffset);
  database
    .prepare("DELETE FROM latest WHERE partition = ? AND record_offset < ?")
    .run(partition.id, startOffset);
  database
    .prepare("UPDATE partition SET start_offset = ?, bytes = ? WHERE id = ?")
    .run(startOffset, bytes, partition.id);
  return count;
}

/** Only batches that hold something replaced or forgotten are touched. Returns how many. */
function compact(
  database: DatabaseSync,
  spec: TopicSpec,
  partitionId: number,
  nowMs: number,
  budget: number,
): number {
  const { compactAfterMs } = spec.cleanup;
  const tombstonesMs = nowMs - Math.max(compactAfterMs, TOMBSTONE_KEPT_MS);
  const untidy = database
    .prepare(
      `SELECT rowid, base_offset, arrival_ms, body FROM batch
       WHERE partition = ?1 AND (stale > 0 OR tombstones > 0)
         AND ((stale > 0 AND arrival_ms <= ?2) OR (tombstones > 0 AND arrival_ms < ?3)) LIMIT ?4`,
    )
    .all(partitionId, nowMs - compactAfterMs, tombstonesMs, Math.max(0, budget));
  for (const row of untidy) {
    const body = row["body"] as Uint8Array;
    const kept = keepLatest(database, partitionId, tombstonesMs, row);
    const rowid = Number(row["rowid"]);
    const bytes = kept.body?.length ?? 0;
    if (kept.body === null) database.prepare("DELETE FROM batch WHERE rowid = ?").run(rowid);
    else {
      database
        .prepare("UPDATE batch SET body = ?, crc = ?, stale = 0, tombstones = ? WHERE rowid = ?")
        .run(kept.body, crc32(kept.body), kept.tombstones, rowid);
    }
    database
      .prepare("UPDATE partition SET bytes = bytes - ? WHERE id = ?")
      .run(body.length - bytes, partitionId);
  }
  return untidy.length;
}

function keepLatest(
  database: DatabaseSync,
  partitionId: number,
  tombstonesMs: number,
  row: Record<string, unknown>,
): { body: Uint8Array | null; tombstones: number } {
  const baseOffset = Number(row["base_offset"]);
  const arrivalMs = Number(row["arrival_ms"]);
  const latest = database.prepare(
    "SELECT record_offset FROM latest WHERE partition = ? AND key = ?",
  );
  const forget = database.prepare("DELETE FROM latest WHERE partition = ? AND key = ?");
  const kept = unpackRecords(row["body"] as Uint8Array, baseOffset, arrivalMs).filter((record) => {
    if (latest.get(partitionId, record.key)?.["record_offset"] !== record.offset) return false;
    const forgotten = record.value === null && arrivalMs < tombstonesMs;
    if (forgotten) forget.run(partitionId, record.key);
    return !forgotten;
  });
  const tombstones = kept.filter((record) => record.value === null).length;
  if (kept.length === 0) return { body: null, tombstones };
  const deltas = kept.map((record) => record.offset - baseOffset);
  return { body: packRecords(kept, (index) => deltas[index] as number), tombstones };
}
