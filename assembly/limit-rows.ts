/**
 * Limit lines out of a window of bytes, sixteen at a time: the commonest shape of all,
 * `Nov 20 08:30:00 host kernel: Limiting ...`, and lines that are none of ours. It agrees with the
 * general reader on every line that it decides (test/ingest/core/fast-lines.test.ts), and
 * bench/parse.bench.ts shows what it saves.
 */
import { isNewlineAt, newlineFrom } from "./bytes";
import { dateNumber } from "./date";
import { knownHost } from "./known-hosts";
import * as head from "./line-head";
import { DROP, LIMIT, LINE_BYTES_MIN, UNSURE } from "./line-head";
import { allowed, gauge, offered } from "./limit-text";
import { LINES, NEXT, ROW_BYTES, ROWS } from "./memory";

export {
  CLASS_BYTES,
  CLASS_LENGTH,
  CLASS_MASK,
  CLASS_OF,
  CLASSES,
  HOST_HEADS,
  LINES,
  NEXT,
  PAIR_KINDS,
  ROW_BYTES,
  ROWS,
  ROWS_MAX,
  TAG_HEADS,
  TEXT_HEADS,
  WINDOW,
  WINDOW_BYTES,
} from "./memory";
export { LOOK } from "./heads";
export { rememberHost } from "./known-hosts";
export { DROP, LIMIT, LINE_BYTES_MIN, UNSURE } from "./line-head";

/**
 * Passes by whole lines in [start, limit) until one is for the general reader, too long, cut off,
 * or there are `rowsMax` limit lines; answers how many of those it found. Hosts are looked up by
 * `names` (known-hosts.ts).
 */
export function limitRows(
  start: i32,
  limit: i32,
  rowsMax: i32,
  lineBytesMax: i32,
  names: i32,
): i32 {
  let line = start;
  let lines = 0;
  let rows = 0;
  while (rows < rowsMax && limit - line >= LINE_BYTES_MIN) {
    const outcome = head.decide(line, limit);
    let end = head.textEnd;
    if (outcome == DROP) end = newlineFrom(head.textStart, limit);
    else if (outcome == UNSURE || !isNewlineAt(end)) break;
    if (end < 0 || end - line > lineBytesMax) break;
    lines += 1;
    if (outcome == LIMIT) writeRow(rows++, line, lines, names);
    line = end + 1;
  }
  store<i32>(NEXT, line);
  store<i32>(LINES, lines);
  return rows;
}

/** What [start, stop) is, without a newline: a line that stands alone. A LIMIT is row 0. */
export function oneLine(start: i32, stop: i32, names: i32): i32 {
  // Stale bytes lie behind it: they are looked at and decide nothing.
  const outcome = head.decide(start, stop + LINE_BYTES_MIN);
  if (outcome == LIMIT) {
    if (head.textEnd != stop) return UNSURE;
    writeRow(0, start, 1, names);
  }
  if (outcome == DROP && (head.headEnd > stop || newlineFrom(start, stop) >= 0)) return UNSURE;
  return outcome;
}

function writeRow(row: i32, line: i32, lines: i32, names: i32): void {
  const at = ROWS + row * ROW_BYTES;
  store<i32>(at, lines);
  store<i32>(at, line, 4);
  store<i32>(at, head.dateStart, 8);
  store<i32>(at, dateNumber, 12);
  store<i32>(at, head.hostStart, 16);
  store<i32>(at, head.hostEnd, 20);
  store<i32>(at, head.textStart, 24);
  store<i32>(at, head.textEnd, 28);
  store<i32>(at, gauge, 32);
  store<i32>(at, offered, 36);
  store<i32>(at, allowed, 40);
  store<i32>(at, knownHost(head.hostStart, head.hostEnd, names), 44);
}
