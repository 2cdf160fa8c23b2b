import { DETECT_MESSAGES, DETECT_METRICS, DetectEvents } from "./events/detect.ts";
import { INGEST_MESSAGES, INGEST_METRICS, IngestEvents } from "./events/ingest.ts";
import { INLET_MESSAGES, INLET_METRICS } from "./events/inlets.ts";
import { NOTIFY_MESSAGES, NOTIFY_METRICS, NotifyEvents } from "./events/notify.ts";
import { PROCESS_MESSAGES, PROCESS_METRICS, ProcessEvents } from "./events/process.ts";
import { SHIP_MESSAGES, SHIP_METRICS, ShipEvents } from "./events/ship.ts";
import { STREAM_MESSAGES, STREAM_METRICS, StreamEvents } from "./events/stream.ts";
import { WATCH_MESSAGES, WATCH_METRICS, WatchEvents } from "./events/watch.ts";
import type { Log, Message } from "./messages.ts";
import type { Meters, Metric } from "./metrics.ts";

/**
 * Everything that happens, one function each in events/: it counts and it logs, so that nothing is
 * logged and not counted. No other place makes a metric or words a message.
 */
export interface Events {
  readonly process: ProcessEvents;
  readonly ship: ShipEvents;
  readonly ingest: IngestEvents;
  readonly stream: StreamEvents;
  readonly detect: DetectEvents;
  readonly notify: NotifyEvents;
  readonly watch: WatchEvents;
}

export function createEvents(meters: Meters, log: Log): Events {
  return {
    process: new ProcessEvents(meters, log),
    ship: new ShipEvents(meters, log),
    ingest: new IngestEvents(meters, log),
    stream: new StreamEvents(meters, log),
    detect: new DetectEvents(meters, log),
    notify: new NotifyEvents(meters, log),
    watch: new WatchEvents(meters, log),
  };
}

/** One group of the reference page. */
export interface CatalogueGroup {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly messages: readonly Message[];
}

/** The whole catalogue, in the order of the reference page. */
export const CATALOGUE: readonly CatalogueGroup[] = [
  group("Process", PROCESS_METRICS, PROCESS_MESSAGES),
  group("Ship", SHIP_METRICS, SHIP_MESSAGES),
  group(
    "Ingest",
    { ...INGEST_METRICS, ...INLET_METRICS },
    { ...INGEST_MESSAGES, ...INLET_MESSAGES },
  ),
  group("Log", STREAM_METRICS, STREAM_MESSAGES),
  group("Detect", DETECT_METRICS, DETECT_MESSAGES),
  group("Notify", NOTIFY_METRICS, NOTIFY_MESSAGES),
  group("Watch", WATCH_METRICS, WATCH_MESSAGES),
];

export const METRICS: readonly Metric[] = CATALOGUE.flatMap((group) => group.metrics);

function group(
  title: string,
  metrics: Readonly<Record<string, Metric>>,
  messages: Readonly<Record<string, Message>>,
): CatalogueGroup {
  return { title, metrics: Object.values(metrics), messages: Object.values(messages) };
}
