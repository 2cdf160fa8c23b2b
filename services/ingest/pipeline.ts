import type { IdentityRules } from "../../lib/domain/host-identity.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { type Canary, canaryOf } from "../../lib/domain/canary.ts";
import type { LineBatch } from "../../lib/domain/line-batch.ts";
import type { Tick } from "../../lib/domain/observation.ts";
import { utcZone, type Zone } from "../../lib/domain/zone.ts";
import type { CanaryTrail } from "../../lib/process/canary-trail.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type { Outgoing, Step, Work } from "../../lib/stream/run.ts";
import type {
  GapEvent,
  JoinOptions,
  Log,
  LogRecord,
  NewRecord,
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import type { DecodeFailure } from "../../lib/wire/decode-failure.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { OutcomeCounts } from "./core/outcome-counts.ts";
import { REJECT_REASONS } from "./core/reading.ts";
import type { IngestEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import { ObservationPacker } from "./observation-packer.ts";
import { RecordScanner } from "./record-scanner.ts";
import { SourceTicks } from "./source-ticks.ts";
import { schemaUnavailable } from "./trouble.ts";

/** A topic of ours and how many partitions it has. */
interface Place {
  readonly topic: string;
  readonly partitions: number;
}

/** What telemetry hears of an input once it is published. */
interface Unconfirmed {
  readonly counts: OutcomeCounts;
  rows: number;
  /** Events beyond the first of their line: each is a line of its own in the counts. */
  furtherEvents: number;
  timesReplaced: number;
}

export interface LinesStepOptions {
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: IngestEvents;
  readonly group: string;
  readonly lines: Place;
  readonly observations: Place;
  readonly rejected: Place;
  /** Of the inputs of this configuration, by name; lines of any other are read as UTC. */
  readonly zones: ReadonlyMap<string, Zone>;
  readonly rules: (realm: string) => IdentityRules;
  readonly retainMs: number;
  /** Told of canaries that are on their way to the host stage. */
  readonly trail?: CanaryTrail;
}

/** How the step wants to be run by lib/stream/run.ts: ticks need the waits to be short. */
export function linesJoin(group: string, linesTopic: string): JoinOptions {
  return { group, topics: [linesTopic], from: "start", idleAfterMs: LIMITS.idleAfterMs };
}

/**
 * `lines` in, `observations` out. Per batch of records, in this order:
 *
 * 1. decode each record into a LineBatch; one that is none is rejected with its bytes
 * 2. scan its lines: drop, reject, or a reading with host and time (record-scanner.ts)
 * 3. pack observations into the partitions of their hosts (observation-packer.ts)
 * 4. tick, each second, into every partition: how far every source has been read (source-ticks.ts)
 *    a canary goes with a tick at once: it is no line of anyone and counts as none
 * 5. publish observations and rejects, then commit; the loop of lib/stream/run.ts does both
 *
 * Outcomes are told when the next call shows that they have been published.
 */
export class LinesStep implements Step {
  readonly #options: LinesStepOptions;
  readonly #ticks: SourceTicks;
  #packer!: ObservationPacker;
  #scanner!: RecordScanner;
  #directory!: HostDirectory;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  #rejects: NewRecord[] = [];
  #turn = 0;
  /** Of the record that is being scanned. */
  #input = "";
  #at = "";
  #arrivalMs = 0;
  /** What became of the lines of each input, in the work that is on its way. */
  #unconfirmed = new Map<string, Unconfirmed>();

  /** To be published, and published if the next call comes. */
  #canaries: Canary[] = [];
  #unconfirmedCanaries: readonly Canary[] = [];

  constructor(options: LinesStepOptions) {
    this.#options = options;
    this.#ticks = new SourceTicks(options.lines.topic);
    this.#renewDirectory();
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly []> {
    this.confirm();
    const { log, group, lines } = this.#options;
    const committed = await log.committed(group, lines.topic);
    const ranges = await log.offsets(lines.topic);
    this.#ticks.clear();
    for (const { partition } of partitions) {
      const stood = committed.find((position) => position.partition === partition)?.offset;
      const start = ranges.find((range) => range.partition === partition)?.startOffset ?? 0;
      this.#ticks.assign(partition, stood ?? start);
    }
    return [];
  }

  revoked(): void {
    this.confirm();
    this.#ticks.clear();
  }

  async handle(event: RecordsEvent): Promise<Work> {
    this.confirm();
    if (this.#directory.spellings > LIMITS.spellingsMax) this.#renewDirectory();
    for (const record of event.records) this.#read(event, record);
    this.#ticks.published(event);
    const { topic, partition, nextOffset } = event;
    const publish = this.#publish(await this.#dueTicks());
    return { publish, commit: [{ topic, partition, offset: nextOffset }] };
  }

  async idle(): Promise<Work> {
    this.confirm();
    return { publish: this.#publish(await this.#dueTicks()), commit: [] };
  }

  /** Retention was faster than we: counted, and read on behind it. */
  gap({ topic, partition, fromOffset, toOffset }: GapEvent): Work {
    this.confirm();
    this.#options.events.recordsLost(topic, partition, toOffset - fromOffset);
    this.#ticks.skipped(partition, toOffset);
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
  }

  /** The work handed out last has been published: tells what it was. Call once more at the end. */
  confirm(): void {
    const { events, trail } = this.#options;
    for (const [input, { counts, rows, furtherEvents, timesReplaced }] of this.#unconfirmed) {
      if (furtherEvents > 0) events.linesRead(input, furtherEvents, 0);
      events.linesDone(input, counts);
      if (rows > 0) events.observationsPublished(input, rows);
      if (timesReplaced > 0) events.timesReplaced(input, timesReplaced);
    }
    this.#unconfirmed.clear();
    for (const canary of this.#unconfirmedCanaries) trail?.passed("ingest", canary);
    this.#unconfirmedCanaries = [];
  }

  #read({ topic, partition }: RecordsEvent, { offset, value, arrivalMs }: LogRecord): void {
    this.#at = `${topic}/${partition}@${offset}`;
    this.#arrivalMs = arrivalMs;
    this.#input = "";
    const bytes = value ?? new Uint8Array(0);
    const message = decodeMessage(this.#options.codec, bytes, ["line-batch"]);
    if (!message.ok) return this.#refuse(message, bytes);
    const canary = canaryOf(message.value);
    if (canary === null) this.#scan(message.value);
    else this.#canaries.push(canary);
  }

  #scan(batch: LineBatch): void {
    const { zones } = this.#options;
    const scanner = this.#scanner;
    this.#input = batch.input;
    let told = this.#unconfirmed.get(batch.input);
    if (told === undefined) {
      told = { counts: new OutcomeCounts(), rows: 0, furtherEvents: 0, timesReplaced: 0 };
      this.#unconfirmed.set(batch.input, told);
    }
    const rowsBefore = this.#packer.rows;
    const { furtherEvents, timesReplaced } = scanner;
    const origin = { place: this.#at, arrivalMs: this.#arrivalMs };
    const zone = zones.get(batch.input) ?? utcZone;
    scanner.scan({ batch, origin, zone, counts: told.counts });
    told.rows += this.#packer.rows - rowsBefore;
    told.furtherEvents += scanner.furtherEvents - furtherEvents;
    told.timesReplaced += scanner.timesReplaced - timesReplaced;
  }

  #refuse({ reason, detail }: DecodeFailure, bytes: Uint8Array): void {
    // Waiting may cure this one, so it must not be passed over.
    if (reason === "schema_unavailable") throw schemaUnavailable(this.#at, detail);
    this.#options.events.recordRejected(this.#input, reason, this.#at);
    this.#keep(reason, detail, 1, bytes);
  }

  #keep(reason: string, detail: string, line: number, bytes: Uint8Array): void {
    const value = encodeMessage(this.#options.codec, "rejected", {
      reason,
      detail,
      input: this.#input,
      at: `${this.#at}#${line}`,
      arrivalMs: this.#arrivalMs,
      bytes: bytes.subarray(0, LIMITS.lineBytesMax),
      originalBytes: bytes.length,
    });
    this.#rejects.push({ key: null, value });
  }

  async #dueTicks(): Promise<readonly Tick[]> {
    const { clock, log, lines } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = nowMs - this.#lastTickMs;
    // A clock that was set back must not stop them.
    const isEarly = sinceMs >= 0 && sinceMs < LIMITS.tickEveryMs;
    if (isEarly && this.#canaries.length === 0) return [];
    this.#lastTickMs = nowMs;
    return this.#ticks.ticks(await log.offsets(lines.topic), nowMs);
  }

  #publish(ticks: readonly Tick[]): readonly Outgoing[] {
    const { codec, observations, rejected } = this.#options;
    const publish: Outgoing[] = this.#packer
      .take(ticks, this.#canaries)
      .map(({ partition, batch }) => {
        const value = encodeMessage(codec, "observation-batch", batch);
        return { topic: observations.topic, partition, records: [{ key: null, value }] };
      });
    const { topic } = rejected;
    const partition = (this.#turn = (this.#turn + 1) % rejected.partitions);
    for (const records of inAppends(this.#rejects)) publish.push({ topic, partition, records });
    this.#rejects = [];
    this.#unconfirmedCanaries = this.#canaries;
    this.#canaries = [];
    return publish;
  }

  /** Spellings of names are remembered, not for ever: anyone can make up new ones. */
  #renewDirectory(): void {
    const { rules, retainMs, observations } = this.#options;
    this.#directory = new HostDirectory(rules);
    this.#packer = new ObservationPacker(this.#directory, observations.partitions);
    this.#scanner = new RecordScanner({
      directory: this.#directory,
      packer: this.#packer,
      retainMs,
      onReject: (reason, line, bytes) => this.#keep(REJECT_REASONS[reason]!, "", line, bytes),
    });
  }
}

/** As few appends as take them all. */
function inAppends(records: readonly NewRecord[]): readonly NewRecord[][] {
  const appends: NewRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    if (bytes + size > LIMITS.appendBytesMax) {
      appends.push([]);
      bytes = 0;
    }
    appends.at(-1)!.push(record);
    bytes += size;
  }
  return appends;
}
