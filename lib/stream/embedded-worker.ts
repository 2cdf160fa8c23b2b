import type { DatabaseSync } from "node:sqlite";
import type { MessagePort } from "node:worker_threads";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { assert } from "../domain/assert.ts";
import { steadyClock, wallClock } from "../process/clock.ts";
import { cleanSome } from "./embedded-cleaner.ts";
import { openForWriting } from "./embedded-database.ts";
import type {
  WorkerReply,
  WorkerRequest,
  WorkerResult,
  WorkerSettings,
  WriteRequest,
} from "./embedded-messages.ts";
import { START_ID } from "./embedded-messages.ts";
import { EmbeddedWriter } from "./embedded-writer.ts";
import { COMMIT_BYTES_MAX } from "./limits.ts";
import type { StreamError } from "./stream-error.ts";
import { isStreamError } from "./stream-error.ts";

/** The thread that writes: whatever has arrived while it flushed goes into the next transaction. */
assert(parentPort !== null, "this file is a thread");
serve(parentPort, workerData as WorkerSettings);

function serve(port: MessagePort, { path, create }: WorkerSettings): void {
  let failed: StreamError | null = null;
  const attempt = (ids: readonly number[], work: () => WorkerResult[]): boolean => {
    const replies = (each: (index: number) => object) =>
      port.postMessage(ids.map((id, index) => ({ id, ...each(index) }) as WorkerReply));
    try {
      // After a failed flush nobody knows what is on the disk: only a fresh start reads it again.
      if (failed !== null) throw failed;
      const results = work();
      replies((index) => ({ result: results[index] }));
      return true;
    } catch (error) {
      if (!isStreamError(error)) throw error;
      if (error.code === "disk_failed") failed = error;
      replies(() => ({ code: error.code, what: error.what }));
      return false;
    }
  };

  attempt([START_ID], () => {
    const database = openForWriting(path, create);
    const writer = new EmbeddedWriter(database, steadyClock(wallClock));
    port.on("message", (first: WorkerRequest) => {
      for (const group of groups(drain(port, first))) {
        const ids = group.map((request) => request.id);
        attempt(ids, () => run(database, writer, group));
        if (group[0]?.type === "close") port.close();
      }
    });
    return [null];
  });
}

function run(
  database: DatabaseSync,
  writer: EmbeddedWriter,
  group: readonly WorkerRequest[],
): WorkerResult[] {
  const [first] = group;
  assert(first !== undefined, "a group is never empty");
  switch (first.type) {
    case "ensure":
      writer.ensureTopics(first.topics);
      return [null];
    case "clean":
      return [cleanSome(database, first.nowMs)];
    case "close":
      database.close();
      return [null];
    case "append":
    case "commit":
      return writer.writeAll(group as readonly WriteRequest[]);
  }
}

function drain(port: MessagePort, first: WorkerRequest): WorkerRequest[] {
  const requests = [first];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    requests.push(next.message as WorkerRequest);
  }
  return requests;
}

/** Neighbouring writes share a transaction up to COMMIT_BYTES_MAX; anything else stands alone. */
function groups(requests: readonly WorkerRequest[]): WorkerRequest[][] {
  const result: WorkerRequest[][] = [];
  let bytes = Infinity;
  for (const request of requests) {
    const isWrite = request.type === "append" || request.type === "commit";
    const size = request.type === "append" ? request.frame.length : 0;
    if (!isWrite || bytes + size > COMMIT_BYTES_MAX) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(request);
    bytes = isWrite ? bytes + size : Infinity;
  }
  return result;
}
