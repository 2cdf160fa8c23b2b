import type { IdentityRules } from "../../lib/domain/host-identity.ts";
import { type Canary, canaryOf } from "../../lib/domain/canary.ts";
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
  RecordsEvent,
  TopicPartition,
} from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import type { DecodeFailure } from "../../lib/wire/decode-failure.ts";
import { decodeMessage } from "../../lib/wire/message.ts";
import { BatchZones } from "./batch-zones.ts";
import type { IngestEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";
import type { LineContext } from "./read-line.ts";
import { type Place, type ReadRecord, ReadingWork } from "./reading-work.ts";
import { samplesOf } from "./sample-events.ts";
import { SourceTicks } from "./source-ticks.ts";
import { schemaUnavailable } from "./trouble.ts";

export interface LinesStepOptions {
  readonly log: Pick<Log, "offsets" | "committed">;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: IngestEvents;
  readonly group: string;
  readonly lines: Place;
  /** Samples of ship and of scrapers, beside the lines; without it they are not read. */
  readonly samples?: Place;
  readonly observations: Place;
  readonly rejected: Place;
  /** Of the inputs of this configuration, by name; see BatchZones. */
  readonly zones: ReadonlyMap<string, Zone>;
  readonly rules: (realm: string) => IdentityRules;
  readonly retainMs: number;
  /** Told of canaries that are on their way to the host stage. */
  readonly trail?: CanaryTrail;
}

/** How the step wants to be run by lib/stream/run.ts: ticks need the waits to be short. */
export function linesJoin(group: string, ...topics: readonly string[]): JoinOptions {
  return {
    group,
    topics,
    from: "start",
    idleAfterMs: LIMITS.idleAfterMs,
  };
}

/**
 * `lines` and `samples` in, `observations` out. Per batch of records, in this order:
 *
 * 1. decode each record into a LineBatch or a SampleBatch; one that is none is rejected
 * 2. scan its lines: drop, reject, or a reading with host and time (record-scanner.ts); a sample
 *    is such a reading
 * 3. pack observations into the partitions of their hosts (reading-work.ts)
 * 4. tick, each second, into every partition: how far every source has been read (source-ticks.ts)
 *    a canary goes with a tick at once: it is no line of anyone and counts as none
 * 5. publish observations and rejects, then commit; the loop of lib/stream/run.ts does both
 *
 * Outcomes are told when the next call shows that they have been published.
 */
export class LinesStep implements Step {
  readonly #options: LinesStepOptions;
  readonly #zones: BatchZones;
  /** By topic. */
  readonly #ticks: ReadonlyMap<string, SourceTicks>;
  readonly #work: ReadingWork;
  #lastTickMs = Number.NEGATIVE_INFINITY;
  /** To be published, and published if the next call comes. */
  #canaries: Canary[] = [];
  #unconfirmedCanaries: readonly Canary[] = [];

  constructor(options: LinesStepOptions) {
    this.#options = options;
    this.#zones = new BatchZones(options.zones);
    const { lines, samples } = options;
    const topics = samples === undefined ? [lines.topic] : [lines.topic, samples.topic];
    this.#ticks = new Map(topics.map((topic) => [topic, new SourceTicks(topic)]));
    this.#work = new ReadingWork(options);
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly []> {
    this.confirm();
    const { log, group } = this.#options;
    for (const [topic, ticks] of this.#ticks) {
      ticks.clear();
      const held = partitions.filter((at) => at.topic === topic);
      if (held.length > 0) await ticks.assignFrom(held, { log, group, from: "start", topic });
    }
    return [];
  }

  revoked(): void {
    this.confirm();
    for (const ticks of this.#ticks.values()) ticks.clear();
  }

  async handle(event: RecordsEvent): Promise<Work> {
    this.confirm();
    this.#work.makeRoom();
    for (const record of event.records) this.#read(event, record);
    const { topic, partition, nextOffset } = event;
    this.#ticks.get(topic)?.published(event);
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
    this.#ticks.get(topic)?.skipped(partition, toOffset);
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
  }

  /** The work handed out last has been published: tells what it was. Call once more at the end. */
  confirm(): void {
    this.#work.confirm();
    for (const canary of this.#unconfirmedCanaries) this.#options.trail?.passed("ingest", canary);
    this.#unconfirmedCanaries = [];
  }

  #read({ topic, partition }: RecordsEvent, { offset, value, arrivalMs }: LogRecord): void {
    const at = `${topic}/${partition}@${offset}`;
    const bytes = value ?? new Uint8Array(0);
    if (topic === this.#options.samples?.topic) return this.#readSamples(at, arrivalMs, bytes);
    const message = decodeMessage(this.#options.codec, bytes, ["line-batch"]);
    if (!message.ok) return this.#refuse({ input: "", at, arrivalMs }, message, bytes);
    const canary = canaryOf(message.value);
    if (canary !== null) return void this.#canaries.push(canary);
    const { input } = message.value;
    const zone = this.#zones.of(message.value);
    this.#work.scan({ input, at, arrivalMs }, message.value, zone);
  }

  #readSamples(at: string, arrivalMs: number, bytes: Uint8Array): void {
    const message = decodeMessage(this.#options.codec, bytes, ["sample-batch"]);
    if (!message.ok) return this.#refuse({ input: "", at, arrivalMs }, message, bytes);
    const { value } = message;
    const { input, realm, host, shipper, peer, trust, samples } = value;
    const segments = [{ lines: samples.length, arrivalMs: value.arrivalMs, peer, trust }];
    const around = { input, realm, host, shipper, segments, bytes };
    const read = (context: LineContext) => samplesOf(value, context, bytes);
    if (samples.length > 0) this.#work.placeNew({ input, at, arrivalMs }, around, utcZone, read);
  }

  #refuse(record: ReadRecord, { reason, detail }: DecodeFailure, bytes: Uint8Array): void {
    // Waiting may cure this one, so it must not be passed over.
    if (reason === "schema_unavailable") throw schemaUnavailable(record.at, detail);
    this.#options.events.recordRejected(record.input, reason, record.at);
    this.#work.keep(record, { reason, detail, line: 1, bytes });
  }

  async #dueTicks(): Promise<readonly Tick[]> {
    const { clock, log } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = nowMs - this.#lastTickMs;
    // A clock that was set back must not stop them.
    const isEarly = sinceMs >= 0 && sinceMs < LIMITS.tickEveryMs;
    if (isEarly && this.#canaries.length === 0) return [];
    this.#lastTickMs = nowMs;
    const ticks = [...this.#ticks].map(async ([topic, sources]) =>
      sources.ticks(await log.offsets(topic), nowMs),
    );
    return (await Promise.all(ticks)).flat();
  }

  #publish(ticks: readonly Tick[]): readonly Outgoing[] {
    const publish = this.#work.take(ticks, this.#canaries);
    this.#unconfirmedCanaries = this.#canaries;
    this.#canaries = [];
    return publish;
  }
}
