import type { FactBatch } from "../lib/domain/fact-batch.ts";
import type { FactSource } from "./fact-source.ts";

interface Cursor {
  readonly source: FactSource;
  batch: FactBatch;
  at: number;
}

/**
 * Hands over the facts of several files merged by event time, as ranges of their own batches. A
 * file that is not in order itself stays as it is: only its next fact says when it is its turn.
 */
export async function mergeByTime(
  sources: readonly FactSource[],
  take: (batch: FactBatch, from: number, to: number) => void,
): Promise<void> {
  const heap: Cursor[] = [];
  for (const source of sources) {
    const batch = await source.next();
    if (batch !== null) push(heap, { source, batch, at: 0 });
  }
  for (;;) {
    const cursor = heap[0];
    if (cursor === undefined) return;
    const untilMs = secondTime(heap);
    const { batch } = cursor;
    const from = cursor.at;
    let to = from + 1;
    while (to < batch.length && batch.timeMs[to]! <= untilMs) to++;
    take(batch, from, to);
    cursor.at = to;
    if (to === batch.length) {
      const answer = cursor.source.next();
      const next = answer instanceof Promise ? await answer : answer;
      if (next === null) {
        pop(heap);
        continue;
      }
      cursor.batch = next;
      cursor.at = 0;
    }
    sift(heap, 0);
  }
}

function timeOf(cursor: Cursor): number {
  return cursor.batch.timeMs[cursor.at]!;
}

/** When the next other file is due. */
function secondTime(heap: readonly Cursor[]): number {
  const left = heap.length > 1 ? timeOf(heap[1]!) : Number.POSITIVE_INFINITY;
  const right = heap.length > 2 ? timeOf(heap[2]!) : Number.POSITIVE_INFINITY;
  return Math.min(left, right);
}

function push(heap: Cursor[], cursor: Cursor): void {
  let at = heap.push(cursor) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (timeOf(heap[parent]!) <= timeOf(cursor)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = cursor;
}

function pop(heap: Cursor[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  heap[0] = last;
  sift(heap, 0);
}

function sift(heap: Cursor[], start: number): void {
  const cursor = heap[start]!;
  let at = start;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && timeOf(heap[child + 1]!) < timeOf(heap[child]!)) child++;
    if (timeOf(heap[child]!) >= timeOf(cursor)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = cursor;
}
