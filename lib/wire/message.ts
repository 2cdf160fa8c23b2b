import type { Control } from "../domain/control.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { HistoryEntry } from "../domain/history-entry.ts";
import type { Incident } from "../domain/incident.ts";
import type { LineBatch } from "../domain/line-batch.ts";
import type { ObservationBatch } from "../domain/observation.ts";
import type { Outline } from "../domain/outline.ts";
import type { Rejected } from "../domain/rejected.ts";
import type { SampleBatch } from "../domain/sample-batch.ts";
import type { SnapshotChunk, SnapshotManifest } from "../domain/snapshot.ts";
import type { Heartbeat, Participant, Tally } from "../domain/tally.ts";
import type { Codec } from "./codec.ts";
import { controlMapping } from "./control.ts";
import type { DecodeFailure } from "./decode-failure.ts";
import { failure } from "./decode-failure.ts";
import { deliveryMapping } from "./delivery.ts";
import { heartbeatMapping } from "./heartbeat.ts";
import { historyEntryMapping } from "./history-entry.ts";
import { incidentMapping } from "./incident.ts";
import { lineBatchMapping } from "./line-batch.ts";
import { observationBatchMapping } from "./observation-batch.ts";
import { outlineMapping } from "./outline.ts";
import { participantMapping } from "./participant.ts";
import { rejectedMapping } from "./rejected.ts";
import { sampleBatchMapping } from "./sample-batch.ts";
import type { MessageName } from "./schema.ts";
import { snapshotChunkMapping, snapshotManifestMapping } from "./snapshot.ts";
import { tallyMapping } from "./tally.ts";
import type { Mapping } from "./wire-value.ts";
import { WireValueError } from "./wire-value.ts";

/** The domain type of every message. */
export interface Messages {
  "line-batch": LineBatch;
  "sample-batch": SampleBatch;
  "observation-batch": ObservationBatch;
  tally: Tally;
  participant: Participant;
  heartbeat: Heartbeat;
  outline: Outline;
  incident: Incident;
  control: Control;
  delivery: Delivery;
  rejected: Rejected;
  "snapshot-chunk": SnapshotChunk;
  "snapshot-manifest": SnapshotManifest;
  "history-entry": HistoryEntry;
}

const MAPPINGS: { readonly [Name in MessageName]: Mapping<Messages[Name]> } = {
  "line-batch": lineBatchMapping,
  "sample-batch": sampleBatchMapping,
  "observation-batch": observationBatchMapping,
  tally: tallyMapping,
  participant: participantMapping,
  heartbeat: heartbeatMapping,
  outline: outlineMapping,
  incident: incidentMapping,
  control: controlMapping,
  delivery: deliveryMapping,
  rejected: rejectedMapping,
  "snapshot-chunk": snapshotChunkMapping,
  "snapshot-manifest": snapshotManifestMapping,
  "history-entry": historyEntryMapping,
};

/** A message that says what it is: switch on `name`. */
export type Message<Name extends MessageName> = {
  readonly [Each in Name]: {
    readonly ok: true;
    readonly name: Each;
    readonly value: Messages[Each];
  };
}[Name];

/** Throws when the value does not fit its schema or its record limit: our own bug. */
export function encodeMessage<Name extends MessageName>(
  codec: Codec,
  name: Name,
  value: Messages[Name],
): Uint8Array {
  return codec.encode(name, MAPPINGS[name].toWire(value));
}

/** Any bytes: one of the messages that are expected here (`TOPICS.x.messages`), or why not. */
export function decodeMessage<Name extends MessageName>(
  codec: Codec,
  bytes: Uint8Array,
  expected: readonly Name[],
): Message<Name> | DecodeFailure {
  const record = codec.decode(bytes);
  if (!record.ok) return record;
  const name = expected.find((candidate) => record.isOurs && candidate === record.name);
  if (name === undefined) return failure("unexpected_message", record.name);
  try {
    const value = MAPPINGS[name].fromWire(record.value as never);
    return { ok: true, name, value } as Message<Name>;
  } catch (error) {
    if (error instanceof WireValueError) return failure("bad_value", error.message);
    throw error;
  }
}
