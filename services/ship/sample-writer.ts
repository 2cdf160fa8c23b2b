import type { Sample } from "../../lib/domain/sample-batch.ts";
import type { Clock } from "../../lib/process/clock.ts";
import type { Log, NewRecord } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { hostRecordKey } from "../../lib/wire/record-key.ts";
import type { ShipEvents } from "./events.ts";
import { LIMITS } from "./limits.ts";

/** What a number takes at most in a record: an index and a count of 53 bits. */
const NUMBER_BYTES = 10;
/** Name, boot and times of a sample. */
const SAMPLE_BYTES = 96;

export interface SampleWriterOptions {
  readonly log: Pick<Log, "append">;
  readonly topic: string;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: ShipEvents;
  /** Name of the source, as its input. */
  readonly input: string;
  readonly realm: string;
  readonly host: string;
  readonly os: string;
  readonly shipper: string;
  /** How long a sample may wait for others to share its record. */
  readonly packWithinMs: number;
}

/** Samples of one host into records of `samples`, in the one partition of the spool. */
export class SampleWriter {
  readonly #options: SampleWriterOptions;
  #samples: Sample[] = [];
  #bytes = 0;
  #openSinceMs = 0;

  constructor(options: SampleWriterOptions) {
    this.#options = options;
  }

  /** Resolves when it is in the spool, or waits for others. */
  async add(sample: Sample): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    const { counters, gauges, posture } = sample;
    const numbers = counters.length + gauges.length + posture.length;
    if (this.#samples.length === 0) this.#openSinceMs = nowMs;
    this.#samples.push(sample);
    this.#bytes += SAMPLE_BYTES + numbers * NUMBER_BYTES;
    const openForMs = nowMs - this.#openSinceMs;
    // A clock that was set back closes it, too.
    const isDue = openForMs >= this.#options.packWithinMs || openForMs < 0;
    if (isDue || this.#bytes >= LIMITS.sampleRecordBytes) await this.flush();
  }

  /** What the spool does not take is lost and told: the next sample says as much. */
  async flush(): Promise<void> {
    const samples = this.#samples;
    if (samples.length === 0) return;
    this.#samples = [];
    this.#bytes = 0;
    const { log, topic, events, input } = this.#options;
    try {
      await log.append(topic, 0, [this.#record(samples)]);
      events.samplesTaken(input, samples.length);
    } catch (error) {
      events.samplesLost(input, samples.length, error);
    }
  }

  #record(samples: readonly Sample[]): NewRecord {
    const { codec, clock, input, realm, host, os, shipper } = this.#options;
    const identity = { input, realm, host, os, shipper };
    const batch = { ...identity, arrivalMs: clock.nowMs(), peer: null, samples };
    const value = encodeMessage(codec, "sample-batch", { ...batch, trust: "connected" });
    return { key: hostRecordKey(realm, host), value };
  }
}
