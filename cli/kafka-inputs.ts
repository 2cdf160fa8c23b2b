import { zoneOf } from "../lib/process/zone.ts";
import type { KafkaEntry } from "../lib/stream/kafka-client.ts";
import type { Log } from "../lib/stream/stream.ts";
import type { KafkaInput, SourceLog, TopicsSource } from "../services/ingest/kafka-input.ts";
import { connectionOf, openKafka } from "./kafka-connection.ts";
import type { Wiring } from "./service-parts.ts";
import type { Settings } from "./settings.ts";

type KafkaSettings = Extract<Settings["config"]["inputs"][number], { type: "kafka" }>;
type Cluster = Parameters<typeof connectionOf>[0];

/** The inputs that read topics of others: on a cluster of their own, or that of the log. */
export function kafkaInputs(wiring: Wiring): readonly KafkaInput[] {
  const { config } = wiring.options.settings;
  return config.inputs.flatMap((input) => {
    if (input.type !== "kafka") return [];
    const { name, realm, topics, format, from } = input;
    const group = `${config.stream.prefix}ingest.${name}`;
    const { source, log } = sourceOf(wiring, input);
    const join = { group, topics, from: from === "end" ? "end" : "start" } as const;
    const observer = wiring.observe("input", join, { of: name, log });
    return [
      { name, realm, topics, format, from, zone: zoneOf(input.zone), group, source, observer },
    ];
  });
}

/** `log` is whichever is open now. */
interface OpenSource {
  readonly source: TopicsSource;
  readonly log: Pick<Log, "offsets" | "committed">;
}

function sourceOf({ options, log, events }: Wiring, input: KafkaSettings): OpenSource {
  const { stream } = options.settings.config;
  const own = input.brokers === null ? null : { ...input, brokers: input.brokers };
  if (own === null && stream.engine === "kafka") {
    return { source: { open: async () => log, isShared: true }, log };
  }
  const [cluster, place] =
    own === null ? [stream.kafka, "stream.kafka"] : [own, `input ${input.name}`];
  let opened: SourceLog | null = null;
  const open = async () => {
    opened = await openCluster(cluster, place, options.who, events.stream);
    return opened;
  };
  const current = (): SourceLog => {
    if (opened === null) throw new Error(`the cluster of input ${input.name} was not reached yet`);
    return opened;
  };
  return {
    source: { open, isShared: false },
    log: {
      offsets: async (topic) => current().offsets(topic),
      committed: async (group, topic) => current().committed(group, topic),
    },
  };
}

async function openCluster(
  cluster: Cluster | null,
  place: string,
  who: string,
  events: Wiring["events"]["stream"],
): Promise<SourceLog> {
  // The check of the configuration holds it: findClusterFaults of lib/config.
  if (cluster === null) throw new Error(`${place} has no brokers`);
  const told = (entry: KafkaEntry) => events.clientTold(entry);
  return openKafka({ ...(await connectionOf(cluster, who, place)), told });
}
