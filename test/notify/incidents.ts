import type { Incident } from "../../lib/domain/incident.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";

/** 2026-11-20T08:30:00Z, when things happen in these tests. */
export const NOW_MS = Date.UTC(2026, 10, 20, 8, 30);

/** A confirmed incident in its first revision; `number` makes it another one. */
export function incident(number = 1, over: Partial<Incident> = {}): Incident {
  const id = `tg-20261120T083000Z-${String(number).padStart(8, "0")}`;
  return {
    ...MESSAGE_SAMPLES.incident,
    id,
    revision: 1,
    confirmedAt: formatTime(NOW_MS),
    lastSeenAt: formatTime(NOW_MS),
    ...over,
  };
}

/** The same incident later. */
export function revised(before: Incident, over: Partial<Incident> = {}): Incident {
  return { ...before, revision: before.revision + 1, ...over };
}
