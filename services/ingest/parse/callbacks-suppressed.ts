import { ascii, isDigit } from "../core/bytes.ts";
import type { Reading } from "../core/reading.ts";
import type { Cursor } from "./cursor.ts";
import { KIND_CALLBACKS_SUPPRESSED, NO_GAUGE, OS_LINUX } from "./vocabulary.ts";

const HEAD = ascii("net_ratelimit: ");
const CALLBACKS = ascii(" callbacks suppressed");

/** Linux: shared by all networking messages. Other functions with the same tail are not ours. */
export function parseCallbacksSuppressed(cursor: Cursor, reading: Reading): boolean {
  const start = cursor.pos;
  if (!cursor.take(HEAD)) return false;
  if (!isDigit(cursor.byte) && cursor.byte !== 0x2d) return false;
  reading.details.reset();
  reading.details.whatStart = start;
  reading.details.whatEnd = start + HEAD.length - 2;
  reading.count = cursor.number();
  cursor.expect(CALLBACKS);
  cursor.settle(reading, KIND_CALLBACKS_SUPPRESSED, NO_GAUGE, OS_LINUX);
  return true;
}
