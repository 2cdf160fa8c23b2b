import type { Incident } from "../../../lib/domain/incident.ts";
import type { PageOn } from "./route.ts";
import type { Standing } from "./standing.ts";

/** What a receiver tells repetitions by: the same in every attempt, also after a crash. */
export function deliveryKey(sink: string, id: string, revision: number): string {
  return `${id}/${revision}/${sink}`;
}

/** Whether it is the first that this sink hears of the incident, or of its growth. */
export function isPage(escalation: number, standing: Standing): boolean {
  return escalation > standing.toldEscalation;
}

/** Whoever was told that it began hears how it ended. */
export function isEnding({ state }: Pick<Incident, "state">): boolean {
  return state === "resolved" || state === "withdrawn";
}

/** Whether an incident that the sink has not heard of is far enough to be sent. */
export function reaches(pageOn: PageOn, { state, confirmedAt }: Incident): boolean {
  if (state === "withdrawn") return false;
  return pageOn === "suspected" || confirmedAt !== null || state === "confirmed";
}
