import { printable } from "../../../lib/domain/printable.ts";
import { LIMITS } from "../limits.ts";
import type { IncidentRecord } from "../scope/incident-record.ts";
import type { Silence } from "../scope/reader.ts";
import { goneSince } from "../scope/silence.ts";
import { countOf, formatCount } from "./words.ts";

/** Hosts of the scope that stopped sending samples when an incident began or later. */
export interface Gone {
  /** Those that take part in it, by name, and the others. */
  readonly own: readonly string[];
  readonly others: readonly string[];
  /** There may be more of them that are not named. */
  readonly isMore: boolean;
}

export function goneOf(
  silence: Silence,
  startedAt: number,
  participants: readonly { readonly host: string }[],
): Gone {
  const hosts = goneSince(silence, startedAt).map(({ host }) => host);
  const taking = new Set(participants.map(({ host }) => host));
  return {
    own: hosts.filter((host) => taking.has(host)),
    others: hosts.filter((host) => !taking.has(host)),
    isMore: silence.hosts > silence.named.length && hosts.length === silence.named.length,
  };
}

/** `; 2 more went silent` behind a title; empty where nobody did. */
export function goneTail({ own, others, isMore }: Gone): string {
  const parts: string[] = [];
  if (own.length > 0) parts.push(`${formatCount(own.length)} of them`);
  if (others.length > 0) parts.push(`${formatCount(others.length)} more`);
  if (parts.length === 0) return "";
  return `; ${isMore ? "at least " : ""}${parts.join(" and ")} went silent`;
}

/** Who they are, as sentences. */
export function goneSentences({ own, others, isMore }: Gone): string[] {
  const names = [...own, ...others].map(printable).toSorted();
  if (names.length === 0) return [];
  const { silentInTextMax } = LIMITS;
  const more = names.length - silentInTextMax;
  const named = names.slice(0, silentInTextMax).join(", ");
  const who = more > 0 ? `${named} and ${formatCount(more)} more` : named;
  const [have, they] = names.length === 1 ? ["has", "It is"] : ["have", "They are"];
  return [
    `${isMore ? "At least " : ""}${countOf(names.length, "host")} ${have} stopped sending ` +
      `samples since it began: ${who}.`,
    `${they} down, cut off, or without a working sampler.`,
  ];
}

/** How sure it is that it has ended; nothing while it has not, or where a person ended it. */
export function endSentences({ state, closeReason, hostCount }: IncidentRecord): string[] {
  if (state !== "resolved") return [];
  const isOne = hostCount === 1;
  if (closeReason === "quiet_proven") {
    const who = isOne ? "the host has" : "every host in it has";
    return [`It is proven to be over: ${who} sent samples since, and they show no more of it.`];
  }
  if (closeReason !== "quiet_assumed") return [];
  const who = isOne ? "the host has not" : "not every host in it has";
  return [`It is assumed to be over: no more was seen, but ${who} sent samples since to prove it.`];
}
