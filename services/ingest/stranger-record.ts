import { canaryOf } from "../../lib/domain/canary.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import type { Trust } from "../../lib/domain/observation.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import type { LogRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { DROP_REASONS, REJECT_REASONS, type RejectReason } from "./core/reading.ts";
import { asOneLine, formOf, type RecordForm } from "./envelopes/record-form.ts";
import type { IngestEvents } from "./events.ts";
import { BAD_PROTOBUF, otlpBatch } from "./otlp-proto.ts";
import { readDecoded } from "./read-events.ts";
import type { LineContext } from "./read-line.ts";
import type { LineSource } from "./line-records.ts";
import type { ReadingWork, ReadRecord } from "./reading-work.ts";
import { samplesOf } from "./sample-events.ts";
import { schemaUnavailable } from "./trouble.ts";

/** What an input says of its records; `auto` tells it by content, record by record. */
export type RecordFormat = "auto" | "text" | "json" | "otlp" | "influx" | "avro";

export interface StrangerOptions {
  readonly work: ReadingWork;
  readonly codec: Codec;
  readonly events: Pick<IngestEvents, "recordRejected">;
  readonly realm: string;
  readonly zone: Zone;
  readonly format: RecordFormat;
}

const EMPTY = DROP_REASONS.indexOf("empty");
const NOT_OURS = DROP_REASONS.indexOf("not_ours");

/** A topic is a peer whose hand was shaken; whose words it holds, nobody has proven. */
const TRUST: Trust = "connected";

/** Reads records that other programs wrote to a topic, whatever they are. */
export class StrangerRecords {
  readonly #options: StrangerOptions;
  readonly #lineSource: LineSource;

  constructor(options: StrangerOptions) {
    this.#options = options;
    const { realm, zone } = options;
    this.#lineSource = { realm, zone, trust: TRUST };
  }

  /** Reads one plain line, the commonest record of all; false where read() must. */
  readLine(input: string, place: string, record: LogRecord): boolean {
    const { format, work } = this.#options;
    const mayBe = format === "auto" || format === "text";
    return mayBe && work.scanLine(input, place, record, this.#lineSource);
  }

  read(record: ReadRecord, bytes: Uint8Array): void {
    const form = this.#formOf(bytes);
    switch (form) {
      case "avro":
        return this.#readAvro(record, bytes);
      case "otlp":
        return this.#readOtlp(record, bytes);
      case "json":
        return this.#readLines(record, asOneLine(bytes));
      case "text":
      case "influx":
        return this.#readLines(record, bytes);
      case "empty":
        return this.#drop(record, bytes, EMPTY);
      case "binary":
        return this.#reject(record, "unsupported_encoding", "", bytes);
      case "unexpected": {
        const detail = `${formOf(bytes)} on an input of format ${this.#options.format}`;
        return this.#reject(record, "unexpected_format", detail, bytes);
      }
    }
  }

  /** A batch of records that nobody can unpack: one reject, with what there is of it. */
  refuseBatch(record: ReadRecord, detail: string, bytes: Uint8Array): void {
    this.#reject(record, "unreadable_batch", detail, bytes);
  }

  #formOf(bytes: Uint8Array): RecordForm | "unexpected" {
    const { format } = this.#options;
    const form = formOf(bytes);
    if (format === "auto" || form === format || form === "empty") return form;
    // Nothing else is so cut or so damaged that it must not be taken for what it should be.
    if (format === "avro") return "avro";
    if (format === "otlp") return form === "json" ? "json" : "otlp";
    return form === "binary" ? "binary" : "unexpected";
  }

  #readLines(record: ReadRecord, bytes: Uint8Array): void {
    const { work, zone } = this.#options;
    work.scanNew(record, this.#batchOf(record, bytes), zone);
  }

  #readOtlp(record: ReadRecord, bytes: Uint8Array): void {
    const { work, zone } = this.#options;
    const batch = otlpBatch(bytes);
    if (batch === BAD_PROTOBUF) return this.#reject(record, "bad_protobuf", "", bytes);
    const read = (context: LineContext) => readDecoded(batch, bytes, context);
    work.placeNew(record, this.#batchOf(record, bytes), zone, read);
  }

  #readAvro(record: ReadRecord, bytes: Uint8Array): void {
    const { work, codec, events, zone } = this.#options;
    const message = decodeMessage(codec, bytes, ["line-batch", "sample-batch"]);
    if (!message.ok) {
      const { reason, detail } = message;
      // Waiting may cure this one, so it must not be passed over.
      if (reason === "schema_unavailable") throw schemaUnavailable(record.at, detail);
      events.recordRejected(record.input, reason, record.at);
      return this.#reject(record, "bad_record", `${reason}: ${detail}`, bytes);
    }
    if (message.name === "line-batch") {
      // Another pipeline's, on its way through there.
      if (canaryOf(message.value) !== null) return this.#drop(record, bytes, NOT_OURS);
      return work.scanNew(record, this.#trusted(record, message.value), zone);
    }
    const { value } = message;
    if (value.samples.length === 0) return this.#drop(record, bytes, EMPTY);
    const around = this.#batchOf(record, bytes);
    work.placeNew(record, around, zone, (context) => samplesOf(value, context, bytes));
  }

  /** Whose lines they are is configured here; what was proven there is not proven here. */
  #trusted({ input }: ReadRecord, batch: LineBatch): LineBatch {
    const segments = batch.segments.map((segment) =>
      segment.trust === "authenticated" ? { ...segment, trust: TRUST } : segment,
    );
    return { ...batch, input, realm: this.#options.realm, segments };
  }

  #batchOf({ input, arrivalMs }: ReadRecord, bytes: Uint8Array): LineBatch {
    const segment = { lines: bytes.length + 1, arrivalMs, peer: null, trust: TRUST };
    const { realm } = this.#options;
    return { input, realm, host: null, shipper: "", segments: [segment], bytes };
  }

  #drop(record: ReadRecord, bytes: Uint8Array, reason: number): void {
    this.#options.work.count(record, bytes.length, ({ drops }) => void (drops[reason]! += 1));
  }

  #reject(record: ReadRecord, reason: RejectReason, detail: string, bytes: Uint8Array): void {
    const { work } = this.#options;
    const index = REJECT_REASONS.indexOf(reason);
    work.count(record, bytes.length, ({ rejects }) => void (rejects[index]! += 1));
    work.keep(record, { reason, detail, line: 1, bytes });
  }
}
