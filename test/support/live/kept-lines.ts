import { closeSync, openSync, writeSync } from "node:fs";
import { wallClock } from "../../../lib/process/clock.ts";
import { EmbeddedLog } from "../../../lib/stream/embedded.ts";
import { readRange } from "../../../lib/stream/read-range.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { topicPath } from "../../../lib/wire/topics.ts";

const READ_BYTES = 8 * 1024 * 1024;

/** Writes the raw lines that `lines` of the log in `folder` holds to a file; returns how many. */
export async function writeKeptLines(folder: string, file: string): Promise<number> {
  const log = await EmbeddedLog.open({
    path: folder,
    role: "guest",
    who: "test",
    clock: wallClock,
  });
  const codec = new Codec(loadSchemas());
  const topic = topicPath("lines");
  const target = openSync(file, "w");
  let count = 0;
  for (const range of await log.offsets(topic)) {
    for await (const { records } of readRange(log, range, READ_BYTES)) {
      for (const { value } of records) {
        const message = decodeMessage(codec, value ?? new Uint8Array(), ["line-batch"]);
        if (!message.ok) throw new Error(`an unreadable record of ${topic}: ${message.reason}`);
        writeSync(target, message.value.bytes);
        for (const { lines } of message.value.segments) count += lines;
      }
    }
  }
  closeSync(target);
  await log.close();
  return count;
}
