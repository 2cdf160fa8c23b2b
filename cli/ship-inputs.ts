import { hostname } from "node:os";
import { wallClock } from "../lib/process/clock.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import type { Part } from "../lib/process/parts.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { Events } from "../lib/telemetry/events.ts";
import type { Codec } from "../lib/wire/codec.ts";
import { InputPath, type InputWorld } from "../services/ingest/listen/input.ts";
import { type InputSettings, inputsOf } from "../services/ingest/listen/inputs.ts";
import type { LineOrigin } from "../services/ingest/listen/line-writer.ts";
import type { Positions } from "../services/ingest/listen/positions.ts";
import type { Cursors } from "../services/ship/cursors.ts";
import { defaultSource, type SourceName } from "../services/ship/default-sources.ts";
import { JournalSource } from "../services/ship/journal-source.ts";
import { KMSG_PATH } from "../services/ship/kmsg-device.ts";
import { KmsgSource } from "../services/ship/kmsg-source.ts";
import type { LinePath } from "../services/ship/line-path.ts";
import { thisMachine } from "../services/ship/machine.ts";
import type { Settings } from "./settings.ts";

export interface ShipInputsOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly codec: Codec;
  readonly events: Events;
  /** The spool, or what stands for it. */
  readonly log: InputWorld["log"];
  readonly positions: Positions;
  readonly cursors: Cursors;
}

const MESSAGES_PATH = "/var/log/messages";
const WHERE: Readonly<Record<"kmsg" | "journald", string>> = {
  kmsg: KMSG_PATH,
  journald: "journalctl",
};

/**
 * The configured inputs, by the listeners of ingest, and the kernel logs of this machine: all write
 * into the spool. Here both services meet, for neither knows the other.
 */
export async function shipInputs(options: ShipInputsOptions): Promise<readonly Part[]> {
  const { settings, version, codec, events, log } = options;
  const { inputs, ship } = settings.config;
  const world: InputWorld = {
    log,
    codec,
    clock: wallClock,
    events: events.ingest,
    lines: { topic: "lines", partitions: 1 },
    samples: { topic: "samples", partitions: 1 },
    rejected: { topic: "rejected", partitions: 1 },
    shipper: `tidegauge ship ${version}`,
  };
  const usual =
    inputs.length > 0 ? [] : [await defaultSource(thisMachine(process.env["PATH"] ?? ""))];
  const sources = [...new Set(ship.sources ?? usual)];
  return [
    ...inputs.flatMap((input) => configuredInputs(input, options, world)),
    ...sources.flatMap((source) => sourceParts(source, options, world)),
  ];
}

function configuredInputs(
  input: Settings["config"]["inputs"][number],
  { settings, positions }: ShipInputsOptions,
  world: InputWorld,
): readonly Part[] {
  if (input.type === "kafka") {
    throw new Trouble(
      "input_not_shipped",
      `input ${input.name} reads Kafka, and ship only writes it`,
      "leave it to `tidegauge run ingest`, and give ship a configuration without it",
      EXIT_CODES.configuration,
    );
  }
  const { zone, ...rest } = input;
  return listeners({ ...(rest as InputSettings), zoneName: zone }, settings, positions, world);
}

function listeners(
  input: InputSettings,
  { config, identityRules: rules }: Settings,
  positions: Positions,
  world: InputWorld,
): readonly Part[] {
  const connectionsMax = config.limits.connections;
  return inputsOf(input, { world, positions, connectionsMax, rules, stdin: process.stdin });
}

function sourceParts(
  source: SourceName,
  { settings, events, positions, cursors }: ShipInputsOptions,
  world: InputWorld,
): readonly Part[] {
  const { realm } = settings.config.ship;
  const host = settings.config.ship.host ?? hostname();
  if (source === "messages") {
    const identity = { name: "host-messages", realm, keep: "candidates" as const };
    const { timeZone: zoneName } = new Intl.DateTimeFormat().resolvedOptions();
    const place = { path: MESSAGES_PATH, host, from: "beginning" as const, zoneName };
    return listeners({ ...identity, type: "file", ...place }, settings, positions, world);
  }
  const open = (name: string, failed: (error: unknown) => void): LinePath => {
    const identity = { name, realm, keep: "candidates" as const };
    world.events.inputStarted(name, WHERE[source]);
    return linePath(new InputPath(world, identity, name, failed), host);
  };
  const around = { clock: wallClock, events: events.ship, cursors, open, host };
  return [source === "kmsg" ? new KmsgSource(around) : new JournalSource(around)];
}

/** The way of ingest's own inputs, for lines that come whole. */
function linePath(path: InputPath, host: string): LinePath {
  const origin: LineOrigin = { peer: null, trust: "connected", host };
  return {
    take: (line) => path.sieve.take(line, 0, line.length, 0, origin, null),
    room: () => path.outbox.room(),
    flush: () => path.flush(),
    close: () => path.close(),
  };
}
