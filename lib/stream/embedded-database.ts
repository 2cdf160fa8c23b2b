import { DatabaseSync } from "node:sqlite";
import { LOCK_WAIT_MS, WAL_BYTES } from "./limits.ts";
import type { StreamErrorCode } from "./stream-error.ts";
import { StreamError } from "./stream-error.ts";

const LAYOUT = 1;
const PAGE_BYTES = 4_096;

/** `batch` has a row per append. Its `stale` counts records that a later one replaced. */
const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS topic (name TEXT PRIMARY KEY, spec TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS partition (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL,
    start_offset INTEGER NOT NULL DEFAULT 0, end_offset INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, number));
  CREATE TABLE IF NOT EXISTS batch (
    partition INTEGER NOT NULL, base_offset INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    arrival_ms INTEGER NOT NULL, crc INTEGER NOT NULL, stale INTEGER NOT NULL,
    tombstones INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (partition, next_offset));
  CREATE INDEX IF NOT EXISTS untidy ON batch (partition) WHERE stale > 0 OR tombstones > 0;
  CREATE TABLE IF NOT EXISTS latest (
    partition INTEGER, key TEXT, record_offset INTEGER, PRIMARY KEY (partition, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS committed (
    consumer_group TEXT, partition INTEGER, next_offset INTEGER,
    PRIMARY KEY (consumer_group, partition)) WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT};
  COMMIT;`;

export const DATABASE_FILE = "log.db";

/** For the thread that appends. FULL flushes the write-ahead log at every commit. */
export function openForWriting(path: string, create: boolean): DatabaseSync {
  return translated(`opening ${path}`, () => {
    const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    checkLayout(database, path);
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${WAL_BYTES / PAGE_BYTES};
      PRAGMA journal_size_limit = ${WAL_BYTES};`);
    if (create) database.exec(SCHEMA);
    return database;
  });
}

export function openForReading(path: string): DatabaseSync {
  return translated(`opening ${path}`, () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: LOCK_WAIT_MS });
    if (checkLayout(database, path) === 0) {
      throw new StreamError("log_unreadable", `${path} holds no log yet`);
    }
    return database;
  });
}

function checkLayout(database: DatabaseSync, path: string): number {
  const layout = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (typeof layout === "number" && layout <= LAYOUT) return layout;
  throw new StreamError("log_version", `${path} has layout ${String(layout)}, not ${LAYOUT}`);
}

/** Runs `work` and turns what SQLite throws into a StreamError. */
export function translated<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromSqlite(error, what);
  }
}

/** Primary result codes of sqlite.org/rescode.html; -shm that cannot grow is a full disk, too. */
const CODES: Readonly<Record<number, StreamErrorCode>> = {
  5: "log_busy",
  8: "log_unreadable",
  10: "disk_failed",
  11: "log_damaged",
  13: "disk_full",
  14: "log_unreadable",
  26: "log_damaged",
};
const SQLITE_IOERR_SHMSIZE = 4_874;

export function fromSqlite(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const code = Number(error.errcode);
  const known = code === SQLITE_IOERR_SHMSIZE ? "disk_full" : CODES[code & 0xff];
  return new StreamError(known ?? "log_failed", `${what} failed (${error.message})`, error);
}
