import type { Delivery } from "../../lib/domain/delivery.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { MemoryLog } from "../../lib/stream/memory.ts";
import type { LogRecord } from "../../lib/stream/stream.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { type TopicName, topicPath } from "../../lib/wire/topics.ts";
import { codec } from "./wiring.ts";

/** A revision as it lies in the log. */
export interface KeptRevision {
  readonly incident: Incident;
  readonly bytes: Buffer;
}

/** All records of a topic, one partition after the other. */
export function recordsOf(log: MemoryLog, topic: TopicName): readonly LogRecord[] {
  const name = topicPath(topic);
  return Array.from({ length: log.spec(name).partitions }, (_, partition) => {
    const from = { topic: name, partition, offset: 0 };
    return log.slice(from, Number.POSITIVE_INFINITY).records;
  }).flat();
}

/** Every line that the log has accepted, as often as it holds it. */
export function keptLines(log: MemoryLog): string[] {
  return recordsOf(log, "lines").flatMap(({ value }) => {
    const message = decodeMessage(codec, value ?? new Uint8Array(), ["line-batch"]);
    if (!message.ok) throw new Error(`a record of lines is none: ${message.reason}`);
    return Buffer.from(message.value.bytes).toString("latin1").split("\n").slice(0, -1);
  });
}

/** In the order of their records. */
export function keptRevisions(log: MemoryLog): KeptRevision[] {
  return recordsOf(log, "incidents").map(({ value }) => revisionOf(value ?? new Uint8Array()));
}

export function revisionOf(value: Uint8Array): KeptRevision {
  const message = decodeMessage(codec, value, ["incident"]);
  if (!message.ok) throw new Error(`a record of incidents is none: ${message.reason}`);
  return { incident: message.value, bytes: Buffer.from(value) };
}

export function deliveryOf(value: Uint8Array): Delivery {
  const message = decodeMessage(codec, value, ["delivery"]);
  if (!message.ok) throw new Error(`a record of deliveries is none: ${message.reason}`);
  return message.value;
}

/** The last revision of each incident. */
export function finalsOf(revisions: readonly KeptRevision[]): Incident[] {
  const finals = new Map<string, Incident>();
  for (const { incident } of revisions) {
    const known = finals.get(incident.id);
    if (known === undefined || incident.revision > known.revision) {
      finals.set(incident.id, incident);
    }
  }
  return [...finals.values()];
}
