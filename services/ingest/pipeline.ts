import type { IdentityRules } from "../../lib/domain/host-identity.ts";
import { type Canary, canaryOf } from "../../lib/domain/canary.ts";
import { utcZone, type Zone } from "../../lib/domain/zone.ts";
import type { CanaryTrail } from "../../lib/process/canary-trail.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type { Step, Work } from "../../lib/stream/run.ts";
import type {
  GapEvent,
  JoinOptions,
  Log,
  LogRecord,
  Position,
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
import { TopicTicks } from "./topic-ticks.ts";
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
    batchBytes: LIMITS.readBytes,
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
 * 4. tick, each second, into every partition: how far every source has been read (topic-ticks.ts)
 *    a canary goes with a tick at once: it is no line of anyone and counts as none
 * 5. publish observations and rejects, then commit; the loop of lib/stream/run.ts does both
 *
 * Outcomes are told when they have been published.
 */
export class LinesStep implements Step {
  readonly ahead = LIMITS.worksAhead;
  readonly #options: LinesStepOptions;
  readonly #zones: BatchZones;
  readonly #ticks: TopicTicks;
  readonly #work: ReadingWork;
  /** To be published. */
  #canaries: Canary[] = [];

  constructor(options: LinesStepOptions) {
    this.#options = options;
    this.#zones = new BatchZones(options.zones);
    this.#ticks = new TopicTicks({ ...options, from: "start", sourceOf: (topic) => topic });
    this.#work = new ReadingWork(options);
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<readonly []> {
    await this.#ticks.assign(partitions);
    return [];
  }

  revoked(): void {
    this.#ticks.clear();
  }

  async handle(event: RecordsEvent): Promise<Work> {
    this.#work.makeRoom();
    for (const record of event.records) this.#read(event, record);
    const { topic, partition, nextOffset } = event;
    this.#ticks.published(event);
    return this.#workOf([{ topic, partition, offset: nextOffset }]);
  }

  idle(): Promise<Work> {
    return this.#workOf([]);
  }

  /** Retention was faster than we: counted, and read on behind it. */
  gap(event: GapEvent): Work {
    const { topic, partition, fromOffset, toOffset } = event;
    this.#options.events.recordsLost(topic, partition, toOffset - fromOffset);
    this.#ticks.skipped(event);
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
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

  async #workOf(commit: readonly Position[]): Promise<Work> {
    const ticks = await this.#ticks.due({ isUrgent: this.#canaries.length > 0 });
    const canaries = this.#canaries;
    this.#canaries = [];
    const publish = this.#work.take(ticks, canaries);
    const tell = this.#work.takeOutcomes();
    const done = () => {
      tell();
      for (const canary of canaries) this.#options.trail?.passed("ingest", canary);
    };
    return { publish, commit, done };
  }
}
