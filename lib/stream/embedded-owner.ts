import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromSqlite } from "./embedded-database.ts";
import { isStreamError, StreamError } from "./stream-error.ts";

const LOCK_FILE = "owner.lock";
const NAME_FILE = "owner.json";

/**
 * Says that this process runs the services on the log in `folder`. The claim is a lock that SQLite
 * holds on a file of its own: the kernel drops it when the process ends, however it ends, so no
 * stale claim is ever left. `who` is for the message to whoever comes second. The result lets go.
 */
export function claimOwnership(folder: string, who: string): () => void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StreamError("log_unreadable", `the folder ${folder} cannot be made`, error);
  }
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(folder, LOCK_FILE), { timeout: 0 });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    leaveName(folder, who);
  } catch (error) {
    lock?.close();
    const known = fromSqlite(error, `locking ${folder}`);
    if (!isStreamError(known, "log_busy")) throw known;
    throw new StreamError("log_owned", `${ownerOf(folder)} runs services on the log in ${folder}`);
  }
  const held = lock;
  return () => held.close();
}

/** A full disk must not keep anyone from opening the log; then only the message is poorer. */
function leaveName(folder: string, who: string): void {
  const name = join(folder, NAME_FILE);
  try {
    writeFileSync(`${name}.new`, JSON.stringify({ pid: process.pid, who }));
    renameSync(`${name}.new`, name);
  } catch {
    rmSync(name, { force: true });
  }
}

function ownerOf(folder: string): string {
  try {
    const { pid, who } = JSON.parse(readFileSync(join(folder, NAME_FILE), "utf8")) as {
      pid: number;
      who: string;
    };
    return `process ${pid} (${who})`;
  } catch {
    // It has the lock and has left no name, or not yet.
    return "another process";
  }
}
