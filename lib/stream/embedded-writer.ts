import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { assert } from "../domain/assert.ts";
import type { Clock } from "../process/clock.ts";
import { translated } from "./embedded-database.ts";
import type { AppendRequest, WriteRequest } from "./embedded-messages.ts";
import { checkSameTopic } from "./topic-rules.ts";
import type { Appended, TopicSpec } from "./stream.ts";

/** The writing side of the embedded log; in a worker thread, because a flush takes its time. */
export class EmbeddedWriter {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #claim: StatementSync;
  readonly #insert: StatementSync;
  readonly #latest: StatementSync;
  readonly #setLatest: StatementSync;
  readonly #markStale: StatementSync;
  readonly #commit: StatementSync;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#claim = database.prepare(
      `UPDATE partition SET end_offset = end_offset + ?, bytes = bytes + ? WHERE id = ?
       RETURNING end_offset`,
    );
    this.#insert = database.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, 0, ?, ?)");
    this.#latest = database.prepare(
      "SELECT record_offset FROM latest WHERE partition = ? AND key = ?",
    );
    this.#setLatest = database.prepare("INSERT OR REPLACE INTO latest VALUES (?, ?, ?)");
    this.#markStale = database.prepare(
      `UPDATE batch SET stale = stale + 1 WHERE partition = ?1 AND next_offset =
         (SELECT min(next_offset) FROM batch WHERE partition = ?1 AND next_offset > ?2)`,
    );
    this.#commit = database.prepare("INSERT OR REPLACE INTO committed VALUES (?, ?, ?)");
  }

  /** All in one transaction and one flush: all are there, or none is. */
  writeAll(requests: readonly WriteRequest[]): (Appended | null)[] {
    return this.#transaction("writing to the log", () => {
      const arrivalMs = this.#clock.nowMs();
      return requests.map((request) => {
        if (request.type === "append") return this.#append(request, arrivalMs);
        for (const [partitionId, offset] of request.positions) {
          this.#commit.run(request.group, partitionId, offset);
        }
        return null;
      });
    });
  }

  ensureTopics(topics: readonly TopicSpec[]): void {
    const find = this.#database.prepare("SELECT spec FROM topic WHERE name = ?");
    const put = this.#database.prepare("INSERT OR REPLACE INTO topic VALUES (?, ?)");
    const add = this.#database.prepare("INSERT INTO partition (topic, number) VALUES (?, ?)");
    this.#transaction("creating topics", () => {
      for (const topic of topics) {
        const had = find.get(topic.name)?.["spec"];
        if (typeof had === "string") checkSameTopic(JSON.parse(had) as TopicSpec, topic);
        put.run(topic.name, JSON.stringify(topic));
        if (had !== undefined) continue;
        for (let number = 0; number < topic.partitions; number++) add.run(topic.name, number);
      }
    });
  }

  #append(request: AppendRequest, arrivalMs: number): Appended {
    const { partitionId, count, frame, keys, tombstones } = request;
    const claimed = this.#claim.get(count, frame.length, partitionId);
    assert(claimed !== undefined, "appends go to partitions that exist");
    const nextOffset = Number(claimed["end_offset"]);
    const firstOffset = nextOffset - count;
    const crc = crc32(frame);
    this.#insert.run(partitionId, firstOffset, nextOffset, arrivalMs, crc, tombstones, frame);
    for (const [index, key] of (keys ?? []).entries()) {
      const before = this.#latest.get(partitionId, key)?.["record_offset"];
      if (before !== undefined) this.#markStale.run(partitionId, before);
      this.#setLatest.run(partitionId, key, firstOffset + index);
    }
    return { firstOffset, arrivalMs };
  }

  #transaction<T>(what: string, work: () => T): T {
    return transaction(this.#database, what, work);
  }
}

/** IMMEDIATE takes the write lock first, so no work is done in vain. */
export function transaction<T>(database: DatabaseSync, what: string, work: () => T): T {
  return translated(what, () => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has rolled back by itself when the disk is full.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  });
}
