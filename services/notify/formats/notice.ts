import type { Incident } from "../../../lib/domain/incident.ts";
import type { Digest } from "./digest.ts";
import { digestText } from "./digest.ts";
import { incidentText } from "./incident-text.ts";

/** What is said to a sink. Its key is the same in every attempt. */
export type Notice =
  | {
      readonly type: "incident";
      readonly key: string;
      /** A page calls a person, an update does not, a test asks for nothing. */
      readonly urgency: "page" | "update" | "test";
      readonly incident: Incident;
    }
  | {
      readonly type: "digest";
      readonly key: string;
      readonly urgency: "page";
      readonly digest: Digest;
    };

/** The object of contracts.md section 4 as it is, or the digest. */
export function noticeBody(notice: Notice): Incident | Digest {
  return notice.type === "incident" ? notice.incident : notice.digest;
}

/** For a person at a terminal. */
export function noticeText(notice: Notice): string {
  if (notice.type === "digest") return digestText(notice.digest);
  const marked = notice.urgency === "test" ? "TEST, nothing happened: " : "";
  return marked + incidentText(notice.incident);
}
