import { type Canary, CANARY_PEER, canaryLine } from "../../../lib/domain/canary.ts";
import type { LineSegment } from "../../../lib/domain/line-batch.ts";
import type { Trust } from "../../../lib/domain/observation.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import { partitionOf } from "../../../lib/stream/partition.ts";
import type { Codec } from "../../../lib/wire/codec.ts";
import { encodeMessage } from "../../../lib/wire/message.ts";
import { hostRecordKey } from "../../../lib/wire/record-key.ts";
import { LIMITS } from "../limits.ts";
import type { Outbox } from "./outbox.ts";

const NEWLINE = 0x0a;
/** What a change of the peer adds to a record. */
const SEGMENT_BYTES = 64;

/** Where lines came from. One object per connection: it is compared by identity. */
export interface LineOrigin {
  /** Address and port; null for files and standard input. */
  readonly peer: string | null;
  readonly trust: Trust;
  /** Whose the lines are that name no host; null when nothing says so. */
  readonly host: string | null;
}

export interface LineWriterOptions {
  readonly input: string;
  readonly realm: string;
  /** Of times that carry none, for readers that do not know this input. */
  readonly zoneName?: string;
  /** Who we are in the record: name and version. */
  readonly shipper: string;
  /** Topic and partition count of `lines`. */
  readonly topic: string;
  readonly partitions: number;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly outbox: Outbox;
}

const CANARY_ORIGIN: LineOrigin = { peer: CANARY_PEER, trust: "connected", host: null };

interface OpenBatch {
  bytes: Buffer;
  length: number;
  segments: { lines: number; arrivalMs: number; origin: LineOrigin }[];
}

/**
 * Packs lines into records of `lines`, one open record per origin host. With a host the partition
 * follows from it; without, records take turns, and each is a source of its own for log time.
 */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #open = new Map<string | null, OpenBatch>();
  #cancelLinger: (() => void) | null = null;
  #turn = 0;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    // Different listeners begin at different partitions.
    this.#turn = partitionOf(options.input, options.partitions);
  }

  /** One line, without its newline; a newline inside it must not be there. */
  add(bytes: Uint8Array, start: number, end: number, origin: LineOrigin): void {
    const size = end - start + 1;
    let batch = this.#open.get(origin.host);
    if (batch !== undefined && isFull(batch, size)) {
      this.#seal(origin.host, batch);
      batch = undefined;
    }
    batch ??= this.#begin(origin.host);
    if (batch.length + size > batch.bytes.length) grow(batch, size);
    batch.bytes.set(bytes.subarray(start, end), batch.length);
    batch.length += size;
    batch.bytes[batch.length - 1] = NEWLINE;
    const last = batch.segments.at(-1);
    if (last?.origin === origin) last.lines += 1;
    else batch.segments.push({ lines: 1, arrivalMs: this.#options.clock.nowMs(), origin });
  }

  /** A record of its own, so that its way into the log can be followed. */
  addCanary(canary: Canary, appended: () => void): void {
    const bytes = Buffer.from(`${canaryLine(canary)}\n`);
    const arrivalMs = this.#options.clock.nowMs();
    const segments = [{ lines: 1, arrivalMs, origin: CANARY_ORIGIN }];
    this.#put(null, { bytes, length: bytes.length, segments }, appended);
  }

  /** Hands everything over to the outbox. */
  seal(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    const open = this.#open;
    this.#open = new Map();
    for (const [host, batch] of open) this.#put(host, batch);
  }

  #begin(host: string | null): OpenBatch {
    const batch = { bytes: Buffer.allocUnsafe(1_024), length: 0, segments: [] };
    this.#open.set(host, batch);
    this.#cancelLinger ??= this.#options.clock.after(LIMITS.lineBatchAfterMs, () => {
      this.#cancelLinger = null;
      this.seal();
    });
    return batch;
  }

  #seal(host: string | null, batch: OpenBatch): void {
    this.#open.delete(host);
    this.#put(host, batch);
  }

  #put(host: string | null, batch: OpenBatch, appended?: () => void): void {
    const { input, realm, zoneName, shipper, topic, partitions, codec, outbox } = this.#options;
    const key = host === null ? null : hostRecordKey(realm, host);
    const partition = key === null ? this.#nextTurn() : partitionOf(key, partitions);
    const bytes = batch.bytes.subarray(0, batch.length);
    const segments = batch.segments.map(({ lines, arrivalMs, origin }): LineSegment => ({
      lines,
      arrivalMs,
      peer: origin.peer,
      trust: origin.trust,
    }));
    const zone = zoneName === undefined ? {} : { zone: zoneName };
    const message = { input, realm, host, ...zone, shipper, segments, bytes };
    const record = { key, value: encodeMessage(codec, "line-batch", message) };
    outbox.put(topic, partition, record, appended);
  }

  #nextTurn(): number {
    this.#turn = (this.#turn + 1) % this.#options.partitions;
    return this.#turn;
  }
}

function isFull({ length, segments }: OpenBatch, size: number): boolean {
  return length + size + segments.length * SEGMENT_BYTES > LIMITS.lineBatchBytes;
}

function grow(batch: OpenBatch, size: number): void {
  const larger = Buffer.allocUnsafe(Math.max(batch.length + size, batch.bytes.length * 4));
  batch.bytes.copy(larger, 0, 0, batch.length);
  batch.bytes = larger;
}
