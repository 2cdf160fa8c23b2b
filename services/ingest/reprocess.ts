import { canaryOf } from "../../lib/domain/canary.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import type { Rejected } from "../../lib/domain/rejected.ts";
import { utcZone, type Zone } from "../../lib/domain/zone.ts";
import type { Outgoing } from "../../lib/stream/run.ts";
import type { Position } from "../../lib/stream/stream.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { BatchZones } from "./batch-zones.ts";
import { OutcomeCounts } from "./core/outcome-counts.ts";
import { REJECT_REASONS } from "./core/reading.ts";
import { lineOf } from "./line-of-batch.ts";
import { type ReadRecord, ReadingWork, type ReadingWorkOptions } from "./reading-work.ts";
import { rejectedPlace } from "./rejected-place.ts";
import { type RecordFormat, StrangerRecords } from "./stranger-record.ts";

/**
 * What became of a reject that was read again. `passed`: it says something of ours now. `unplaced`:
 * so it does, but not whose or when. `dropped`: it is not ours. `rejected`: as before. `lost`: its
 * bytes were cut, and the record they stood in is gone.
 */
export const REREAD_RESULTS = ["passed", "unplaced", "dropped", "rejected", "lost"] as const;
export type RereadResult = (typeof REREAD_RESULTS)[number];

/** As configured now. */
export interface RereadInput {
  readonly realm: string;
  readonly zone: Zone;
  /** Of an input of type kafka, whose records are no lines of ours; null for a listener. */
  readonly format: RecordFormat | null;
  /** Its topics are in this log, so that their records can be looked up. */
  readonly isShared: boolean;
}

export interface ReprocessorOptions extends Omit<ReadingWorkOptions, "events"> {
  /** The topic `lines`. */
  readonly lines: string;
  readonly inputs: ReadonlyMap<string, RereadInput>;
  /** The record that stands there still; null when it is gone, or nowhere we can look. */
  readonly recordAt: (position: Position) => Promise<Uint8Array | null>;
}

/** An input that is not configured any more. */
const FORGOTTEN: RereadInput = { realm: "", zone: utcZone, format: null, isShared: false };

/** Whose sender was not entitled to say it: no reader can tell that it is now. */
const NEVER_AGAIN: ReadonlySet<string> = new Set(["foreign_host"]);

/**
 * Rejects through the reader of ingest once more. What passes now becomes observations at the place
 * and with the arrival that it had at first, so doing it twice says the same facts twice, which
 * changes nothing (docs/architecture.md section 2). It reads the record itself where that is still
 * in the log, for a reject keeps at most the line, and else the bytes that were kept.
 */
export class Reprocessor {
  readonly #options: ReprocessorOptions;
  readonly #work: ReadingWork;
  readonly #zones: BatchZones;
  #counts = new OutcomeCounts();
  /** The record that was looked up last: rejects of one record follow each other. */
  #last: { readonly at: string; readonly bytes: Uint8Array | null } = { at: "", bytes: null };

  constructor(options: ReprocessorOptions) {
    this.#options = options;
    this.#work = new ReadingWork({
      ...options,
      events: {
        linesRead: () => {},
        linesDone: (_input, counts) => this.#counts.add(counts),
        observationsPublished: () => {},
        timesReplaced: () => {},
      },
    });
    const { inputs } = options;
    this.#zones = new BatchZones(new Map([...inputs].map(([name, { zone }]) => [name, zone])));
  }

  async read(rejected: Rejected): Promise<RereadResult> {
    if (NEVER_AGAIN.has(rejected.reason)) return "rejected";
    this.#work.makeRoom();
    const { at, line, position } = rejectedPlace(rejected.at);
    const record = { input: rejected.input, at, arrivalMs: rejected.arrivalMs };
    const original = await this.#lookUp(rejected.input, at, position);
    this.#counts = new OutcomeCounts();
    if (original !== null && position?.topic === this.#options.lines) {
      this.#readOurs(record, original, lineOfReject(rejected, line));
    } else if (original !== null) {
      this.#strangersOf(rejected.input).read(record, original);
    } else if (rejected.bytes.length < rejected.originalBytes) {
      return "lost";
    } else {
      this.#readKept({ ...record, firstLine: line }, rejected);
    }
    this.#work.takeOutcomes()();
    return resultOf(this.#counts, rejected.reason);
  }

  /** What passed since the last call, for `observations`. */
  take(): readonly Outgoing[] {
    const { rejected } = this.#options;
    // What is rejected still stands in that topic already.
    return this.#work.take([]).filter(({ topic }) => topic !== rejected.topic);
  }

  async #lookUp(input: string, at: string, position: Position | null): Promise<Uint8Array | null> {
    const { lines, inputs } = this.#options;
    if (position === null) return null;
    // A topic of another cluster may be called the same.
    if (position.topic !== lines && inputs.get(input)?.isShared !== true) return null;
    if (this.#last.at !== at) {
      this.#last = { at, bytes: await this.#options.recordAt(position) };
    }
    return this.#last.bytes;
  }

  /** A record of `lines`: one line of it, or all where it could not be read at all. */
  #readOurs(record: ReadRecord, bytes: Uint8Array, line: number | null): void {
    const message = decodeMessage(this.#options.codec, bytes, ["line-batch"]);
    if (!message.ok) return this.#countRejected(record, bytes);
    const batch = message.value;
    if (canaryOf(batch) !== null) return;
    const own = { ...record, input: batch.input };
    const zone = this.#zones.of(batch);
    if (line === null) return this.#work.scan(own, batch, zone);
    const alone = lineOf(batch, line);
    if (alone !== null) this.#work.scan({ ...own, firstLine: line }, alone, zone);
  }

  #readKept(record: ReadRecord, { input, bytes, reason }: Rejected): void {
    const known = this.#options.inputs.get(input);
    if (known !== undefined && known.format !== null) {
      return this.#strangersOf(input).read(record, bytes);
    }
    if (!isLineReason(reason)) return this.#readOurs({ ...record, firstLine: 1 }, bytes, null);
    const { arrivalMs } = record;
    const batch: LineBatch = {
      input,
      realm: known?.realm ?? "",
      host: null,
      shipper: "",
      // Who sent it is not kept with a reject, so it is trusted least.
      segments: [{ lines: 1, arrivalMs, peer: null, trust: "unverified" }],
      bytes,
    };
    this.#work.scan(record, batch, this.#zones.of(batch));
  }

  #strangersOf(input: string): StrangerRecords {
    const { codec, inputs } = this.#options;
    const { realm, zone, format } = inputs.get(input) ?? FORGOTTEN;
    const events = { recordRejected: () => {} };
    const work = this.#work;
    return new StrangerRecords({ work, codec, events, realm, zone, format: format ?? "auto" });
  }

  #countRejected(record: ReadRecord, bytes: Uint8Array): void {
    this.#work.count(record, bytes.length, ({ rejects }) => void (rejects[0]! += 1));
  }
}

/** Null where the record was refused as a whole. */
function lineOfReject({ reason }: Rejected, line: number): number | null {
  return isLineReason(reason) ? line : null;
}

function isLineReason(reason: string): boolean {
  return REJECT_REASONS.some((known) => known === reason);
}

function resultOf(counts: OutcomeCounts, reason: string): RereadResult {
  const { pass, withoutHost, withoutTime, rejected, rejects } = counts;
  const same = rejects[REJECT_REASONS.findIndex((known) => known === reason)] ?? rejected;
  if (same > 0) return "rejected";
  if (pass - withoutHost - withoutTime > 0) return "passed";
  if (pass > 0) return "unplaced";
  return rejected > 0 ? "rejected" : "dropped";
}
