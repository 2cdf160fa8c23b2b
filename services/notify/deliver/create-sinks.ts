import type { Writable } from "node:stream";
import type { SinkConfig } from "../../../lib/config/config.ts";
import type { Clock } from "../../../lib/process/clock.ts";
import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import type { Repaired } from "./file.ts";
import { FileSink } from "./file.ts";
import type { Sink } from "./sink.ts";
import { StdoutSink } from "./stdout.ts";
import { WebhookSink } from "./webhook.ts";

/** What sinks may need of the process. */
export interface SinkMeans {
  readonly clock: Clock;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly fileRepaired: Repaired;
}

/** A heartbeat takes no incidents: it is a part of its own. */
type Type = Exclude<SinkConfig["type"], "heartbeat">;

/** Every sink there is: a new one is a file beside this one and a line here. */
const CREATE: {
  readonly [T in Type]?: (config: SinkConfig & { type: T }, means: SinkMeans) => Sink;
} = {
  stdout: (config, { stdout }) => new StdoutSink(config, stdout),
  file: (config, { fileRepaired }) => new FileSink(config, fileRepaired),
  webhook: (config, { clock }) => new WebhookSink(config, clock),
};

/** Throws trouble where a sink is of a type that this version cannot send to. */
export function createSinks(configs: readonly SinkConfig[], means: SinkMeans): readonly Sink[] {
  return configs.flatMap((config) => {
    if (config.type === "heartbeat") return [];
    const create = CREATE[config.type] as
      ((config: SinkConfig, means: SinkMeans) => Sink) | undefined;
    if (create !== undefined) return create(config, means);
    const what = `sink ${config.name}: type ${config.type} is not in this version`;
    const remedy = `use one of ${Object.keys(CREATE).join(", ")} until then`;
    throw new Trouble("sink_type_missing", what, remedy, EXIT_CODES.configuration);
  });
}
