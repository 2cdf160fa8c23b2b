import { StreamError } from "../../lib/stream/stream-error.ts";

/**
 * Somebody has changed the partition count of a topic that holds state: what is folded in one place
 * now lies in another too and would count twice. A person must choose (docs/decisions/0010).
 */
export function misplaced(
  topic: string,
  partition: number,
  what: string,
  own: number,
  count: number,
): StreamError {
  const found = `${what} stands in ${topic}/${partition} and belongs into ${own} of ${count}`;
  return new StreamError("topic_mismatch", `${found}: its partition count was changed`);
}

/** A partition that was not there when this process started: nobody else writes into it either. */
export function mustBelong(topic: string, partition: number, count: number): void {
  if (partition < count) return;
  const found = `${topic} had ${count} partitions and has ${partition + 1} or more now`;
  throw new StreamError("topic_mismatch", found);
}
