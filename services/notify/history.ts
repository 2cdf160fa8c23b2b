import type { HistoryEntry, HistoryKind } from "../../lib/domain/history-entry.ts";
import { partitionOf } from "../../lib/stream/partition.ts";
import type { Outgoing, Step, Work } from "../../lib/stream/run.ts";
import { workOf } from "../../lib/stream/run.ts";
import type { GapEvent, LogRecord, NewRecord, RecordsEvent } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { RECORD_BYTES_MAX } from "../../lib/wire/topics.ts";
import type { Events } from "./events.ts";
import { LIMITS } from "./limits.ts";

export interface HistoryOptions {
  readonly codec: Codec;
  readonly events: Events;
  /** Topics by what their records are. */
  readonly kinds: ReadonlyMap<string, HistoryKind>;
  /** Of `history`, with its prefix. */
  readonly topic: string;
  readonly partitions: number;
}

const encoder = new TextEncoder();

/**
 * Keeps every revision, control and delivery attempt as it was published, append-only. A crash may
 * write an entry twice: the record in it and its stamp are the same.
 */
export class History implements Step {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  handle(batch: RecordsEvent): Work {
    const { topic, partitions } = this.#options;
    const entries = batch.records.flatMap((record) => this.#entryOf(record, batch) ?? []);
    const places = Map.groupBy(entries, ({ key }) => partitionOf(key ?? "", partitions));
    const publish = [...places].flatMap(([partition, records]) =>
      inParts(records).map((part): Outgoing => ({ topic, partition, records: part })),
    );
    return workOf(batch, publish);
  }

  gap(gap: GapEvent): Work {
    const { topic, partition, toOffset } = gap;
    this.#options.events.stream.recordsLost("history", gap);
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
  }

  #entryOf(record: LogRecord, { topic, partition }: RecordsEvent): NewRecord | null {
    const { codec, events, kinds } = this.#options;
    const { value, offset } = record;
    const kind = kinds.get(topic);
    if (value === null || kind === undefined) return null;
    const read = readRecord(codec, kind, value);
    const tooLarge = value.length > RECORD_BYTES_MAX - LIMITS.historyOverheadBytes;
    if (typeof read === "string" || tooLarge) {
      const reason = typeof read === "string" ? read : "too_large_to_keep";
      events.notify.unreadable(topic, partition, offset, reason);
      return null;
    }
    const room = RECORD_BYTES_MAX - LIMITS.historyOverheadBytes - value.length;
    const entry: HistoryEntry = {
      incidentId: read.incidentId ?? "",
      kind,
      recordedAtMs: record.arrivalMs,
      record: value,
      evidence: within(room, read.evidence),
    };
    const key = read.incidentId ?? record.key ?? "";
    return { key, value: encodeMessage(codec, "history-entry", entry) };
  }
}

interface Readable {
  /** Null for a control that names no incident; its own id is the key then. */
  readonly incidentId: string | null;
  readonly evidence: HistoryEntry["evidence"];
}

/** A word says why it is not readable. */
function readRecord(codec: Codec, kind: HistoryKind, value: Uint8Array): Readable | string {
  const message = decodeMessage(codec, value, [MESSAGES[kind]]);
  if (!message.ok) return message.reason;
  if (message.name !== "incident") {
    return { incidentId: message.value.incidentId, evidence: [] };
  }
  const { id, evidence } = message.value;
  const lines = evidence.map(({ at, text }) => ({ at, bytes: encoder.encode(text) }));
  return { incidentId: id, evidence: lines };
}

const MESSAGES = { revision: "incident", control: "control", delivery: "delivery" } as const;

/** The first lines that fit; the revision quotes all of them anyway. */
function within(roomBytes: number, evidence: HistoryEntry["evidence"]): HistoryEntry["evidence"] {
  let bytes = 0;
  return evidence.filter((line) => {
    bytes += line.bytes.length + line.at.length + 16;
    return bytes <= roomBytes;
  });
}

/** Appends of a few records each, so that one batch of large revisions is no record too large. */
function inParts(records: readonly NewRecord[]): NewRecord[][] {
  const parts: NewRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    bytes += size;
    if (bytes > RECORD_BYTES_MAX) {
      parts.push([]);
      bytes = size;
    }
    parts.at(-1)?.push(record);
  }
  return parts;
}
