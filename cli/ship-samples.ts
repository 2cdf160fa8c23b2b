import { hostname } from "node:os";
import { wallClock } from "../lib/process/clock.ts";
import type { Part } from "../lib/process/parts.ts";
import type { Log } from "../lib/stream/stream.ts";
import type { Events } from "../lib/telemetry/events.ts";
import type { Codec } from "../lib/wire/codec.ts";
import { countersOf, countsOn } from "../services/ship/default-counters.ts";
import { SampleSource } from "../services/ship/sample-source.ts";
import { SampleWriter } from "../services/ship/sample-writer.ts";
import type { Settings } from "./settings.ts";

interface WhatShips {
  readonly settings: Settings;
  readonly ships: "lines" | "samples" | "both";
}

export interface ShipSamplesOptions extends WhatShips {
  /** How often counters are read; null as configured. */
  readonly intervalMs: number | null;
  readonly version: string;
  readonly codec: Codec;
  readonly events: Events;
  /** The spool, or what stands for it. */
  readonly log: Pick<Log, "append">;
}

/** Whether our counters are read: asked for, or on a host whose inputs nobody configured. */
function takesSamples({ settings, ships }: WhatShips): boolean {
  if (ships !== "both") return ships === "samples";
  const { inputs, ship } = settings.config;
  return ship.samples.enabled ?? (inputs.length === 0 && countsOn(process.platform));
}

/** Whether any samples have to be sent: ours, or those of inputs that ask others for theirs. */
export function hasSamples(options: WhatShips): boolean {
  const { inputs } = options.settings.config;
  const asksOthers = options.ships === "both" && inputs.some(({ type }) => type === "scrape");
  return asksOthers || takesSamples(options);
}

/** What reads the counters of this machine and of the namespaces that were asked for. */
export function shipSamples(options: ShipSamplesOptions): readonly Part[] {
  if (!takesSamples(options)) return [];
  const { namespaces } = options.settings.config.ship.samples;
  const host = options.settings.config.ship.host ?? hostname();
  return [
    sampled(options, "counters", host, null),
    ...namespaces.map((each) => sampled(options, `counters ${each.host}`, each.host, each.path)),
  ];
}

function sampled(
  options: ShipSamplesOptions,
  name: string,
  host: string,
  namespace: string | null,
): Part {
  const { settings, version, codec, log } = options;
  const { realm, samples } = settings.config.ship;
  const { ship: events } = options.events;
  const clock = wallClock;
  const reader = countersOf(process.platform, clock, namespace);
  const writer = new SampleWriter({
    log,
    topic: "samples",
    codec,
    clock,
    events,
    input: "counters",
    realm,
    host,
    os: reader.os,
    shipper: `tidegauge ship ${version}`,
    packWithinMs: samples.packWithinMs,
  });
  const intervalMs = options.intervalMs ?? samples.intervalMs;
  return new SampleSource({ name, clock, events, reader, writer, intervalMs });
}
