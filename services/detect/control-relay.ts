import type { Outgoing, Step, Work } from "../../lib/stream/run.ts";
import { workOf } from "../../lib/stream/run.ts";
import type { GapEvent, Headers, NewRecord, RecordsEvent } from "../../lib/stream/stream.ts";
import type { DetectOptions } from "./detect-options.ts";

/** Where the record stands in `controls`: told again after a crash, it is known by that. */
const OFFSET_HEADER = "controls-offset";

/**
 * `controls` in, every partition of `tallies` out, record by record as they are: so that the scope
 * stage stays a function of one log, in which a control has a place (docs/decisions/0008).
 */
export class ControlRelay implements Step {
  readonly #options: Pick<DetectOptions, "path" | "partitionsOf">;

  constructor(options: Pick<DetectOptions, "path" | "partitionsOf">) {
    this.#options = options;
  }

  handle(batch: RecordsEvent): Work {
    const records = batch.records.flatMap(({ offset, key, value }): NewRecord[] =>
      key === null ? [] : [{ key, value, headers: { [OFFSET_HEADER]: String(offset) } }],
    );
    const topic = this.#options.path("tallies");
    const publish: Outgoing[] = [];
    const partitions = records.length === 0 ? 0 : this.#options.partitionsOf("tallies");
    for (let partition = 0; partition < partitions; partition++) {
      publish.push({ topic, partition, records });
    }
    return workOf(batch, publish);
  }

  /** Of a compacted topic only what was replaced is gone. */
  gap({ topic, partition, toOffset }: GapEvent): Work {
    return { publish: [], commit: [{ topic, partition, offset: toOffset }] };
  }
}

/** Not a number where nobody relayed it: then it is no control. */
export function controlOffsetOf(headers: Headers): number {
  return Number(headers[OFFSET_HEADER] ?? Number.NaN);
}
