import type { LineBatch } from "../../lib/domain/line-batch.ts";

const NEWLINE = 0x0a;

/** A batch that holds only this line, counted from 1, with what is said of it; null without one. */
export function lineOf(batch: LineBatch, line: number): LineBatch | null {
  const { bytes, segments } = batch;
  let start = 0;
  for (let skipped = 1; skipped < line; skipped++) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline < 0) return null;
    start = newline + 1;
  }
  if (start >= bytes.length) return null;
  const newline = bytes.indexOf(NEWLINE, start);
  const end = newline < 0 ? bytes.length : newline + 1;
  let before = 0;
  const segment = segments.find(({ lines }) => (before += lines) >= line);
  return {
    ...batch,
    segments: segment === undefined ? [] : [{ ...segment, lines: 1 }],
    bytes: bytes.subarray(start, end),
  };
}
