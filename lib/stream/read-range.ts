import type { Log, OffsetRange, Slice } from "./stream.ts";

/**
 * What stands in a range, in slices of about `maxBytes`. `nextOffset` of each is where to read on,
 * also where retention has been there meanwhile. Ends early where the log has no more to give.
 */
export async function* readRange(
  log: Pick<Log, "read">,
  { topic, partition, startOffset, endOffset }: OffsetRange,
  maxBytes: number,
): AsyncGenerator<Slice> {
  for (let offset = startOffset; offset < endOffset;) {
    const slice = await log.read({ topic, partition, offset }, maxBytes);
    const nextOffset = Math.max(slice.nextOffset, slice.startOffset);
    yield { ...slice, nextOffset };
    if (nextOffset <= offset) return;
    offset = nextOffset;
  }
}
