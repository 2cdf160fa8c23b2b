import type { Position } from "../../lib/stream/stream.ts";

/** Where a reject stood: `topic/partition@offset#line`, or `input#line` in front of any log. */
export interface RejectedPlace {
  /** Without the line. */
  readonly at: string;
  /** From 1. */
  readonly line: number;
  /** Null where it never got into a log. */
  readonly position: Position | null;
}

export function rejectedPlace(at: string): RejectedPlace {
  const mark = at.lastIndexOf("#");
  const place = mark < 0 ? at : at.slice(0, mark);
  const line = mark < 0 ? 1 : Number(at.slice(mark + 1));
  return { at: place, line: line > 0 ? line : 1, position: positionOf(place) };
}

function positionOf(place: string): Position | null {
  const offsetMark = place.lastIndexOf("@");
  const slash = place.lastIndexOf("/", offsetMark);
  if (slash < 1 || offsetMark < slash) return null;
  const partition = Number(place.slice(slash + 1, offsetMark));
  const offset = Number(place.slice(offsetMark + 1));
  const isPosition = Number.isSafeInteger(partition) && Number.isSafeInteger(offset);
  return isPosition ? { topic: place.slice(0, slash), partition, offset } : null;
}
