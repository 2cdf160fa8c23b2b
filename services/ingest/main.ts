import type { Readable } from "node:stream";
import type { IdentityRules } from "../../lib/domain/host-identity.ts";
import type { Zone } from "../../lib/domain/zone.ts";
import type { CanaryTrail } from "../../lib/process/canary-trail.ts";
import type { Clock } from "../../lib/process/clock.ts";
import { loopPart, type Part } from "../../lib/process/parts.ts";
import { runStep, type RunObserver } from "../../lib/stream/run.ts";
import type { Log } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import { CanarySender } from "./canary-sender.ts";
import type { IngestEvents } from "./events.ts";
import type { Input, TopicPlace } from "./listen/input.ts";
import { inputsOf, type InputSettings } from "./listen/inputs.ts";
import type { Positions } from "./listen/positions.ts";
import { kafkaInput, type KafkaInput } from "./kafka-input.ts";
import { LinesStep, linesJoin } from "./pipeline.ts";

export interface IngestOptions {
  readonly log: Log;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly events: IngestEvents;
  /** Topics that exist by the time the parts start. */
  readonly lines: TopicPlace;
  /** Without it no samples are read but those in lines, and nothing is scraped. */
  readonly samples?: TopicPlace;
  readonly observations: TopicPlace;
  readonly rejected: TopicPlace;
  readonly group: string;
  readonly inputs: readonly (InputSettings & { readonly zone: Zone })[];
  /** Topics of others. */
  readonly kafkaInputs?: readonly KafkaInput[];
  readonly positions: Positions;
  readonly connectionsMax: number;
  /** How names of a realm become identities. */
  readonly rules: (realm: string) => IdentityRules;
  readonly retainMs: number;
  /** Name and version of this program, for the records. */
  readonly shipper: string;
  readonly stdin: Readable;
  readonly observer?: RunObserver;
  /** With it, a canary goes into every input. */
  readonly trail?: CanaryTrail;
}

export interface Ingest {
  /**
   * The loop, the inputs, then what sends into them: so inputs stop first, and what they flush is
   * still read.
   */
  readonly parts: readonly Part[];
  readonly inputs: readonly Input[];
}

/** The service: what its parts are and in which order. */
export function createIngest(options: IngestOptions): Ingest {
  const { log, codec, clock, events, lines, samples, observations, rejected, shipper } = options;
  const { group, rules, retainMs, observer, trail, positions, connectionsMax, stdin } = options;
  const sampled = samples === undefined ? {} : { samples };
  const zones = new Map(options.inputs.map(({ name, zone }) => [name, zone]));
  const loop = loopPart("ingest", async (stop) => {
    const topics = { lines, observations, rejected, ...sampled };
    const step = new LinesStep({
      log,
      codec,
      clock,
      events,
      group,
      ...topics,
      zones,
      rules,
      retainMs,
      ...(trail === undefined ? {} : { trail }),
    });
    const join = linesJoin(group, lines.topic, ...(samples === undefined ? [] : [samples.topic]));
    await runStep({
      log,
      clock,
      join,
      step,
      stop,
      ...(observer === undefined ? {} : { observer }),
    });
  });
  const world = { log, codec, clock, events, lines, rejected, shipper, ...sampled };
  const around = { world, positions, connectionsMax, rules, stdin };
  const inputs = options.inputs.flatMap((settings) => inputsOf(settings, around));
  const canaries = trail === undefined ? [] : [new CanarySender(inputs, trail, clock)];
  const target = { log, codec, clock, events, observations, rejected, rules, retainMs };
  const consumers = (options.kafkaInputs ?? []).map((input) => kafkaInput(input, target));
  return { parts: [loop, ...consumers, ...inputs, ...canaries], inputs };
}
