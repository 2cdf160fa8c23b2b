import type { Inventory } from "../../lib/domain/inventory.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import type { Scoping } from "../../lib/domain/scoping.ts";
import type { CanaryTrail } from "../../lib/process/canary-trail.ts";
import type { Log } from "../../lib/stream/stream.ts";
import type { Codec } from "../../lib/wire/codec.ts";
import type { TopicName } from "../../lib/wire/topics.ts";
import type { DetectEvents } from "./events.ts";

/** What both stages are made of. */
export interface DetectOptions {
  readonly log: Log;
  readonly codec: Codec;
  readonly events: DetectEvents;
  readonly rules: readonly Rule[];
  readonly scoping: Scoping;
  readonly inventory: Inventory;
  readonly retainSeconds: number;
  readonly graceSeconds: number;
  /** The log's name of one of our topics. */
  readonly path: (topic: TopicName) => string;
  /** Told of canaries that have come through. */
  readonly trail?: CanaryTrail;
  readonly partitionsOf: (topic: TopicName) => number;
}
