import { once } from "node:events";
import net from "node:net";
import type { LineBatch } from "../../../lib/domain/line-batch.ts";
import type { Rejected } from "../../../lib/domain/rejected.ts";
import { wallClock } from "../../../lib/process/clock.ts";
import type { MemoryFaults } from "../../../lib/stream/memory.ts";
import { MemoryLog } from "../../../lib/stream/memory.ts";
import { Codec } from "../../../lib/wire/codec.ts";
import { decodeMessage } from "../../../lib/wire/message.ts";
import { loadSchemas } from "../../../lib/wire/schema.ts";
import { RECORD_BYTES_MAX, TOPICS } from "../../../lib/wire/topics.ts";
import type { OutcomeCounts } from "../../../services/ingest/core/outcome-counts.ts";
import type { IngestEvents } from "../../../services/ingest/events.ts";
import type { InputWorld } from "../../../services/ingest/listen/input.ts";

export const codec = new Codec(loadSchemas());

/** A line of ours, as FreeBSD writes it. */
export function limitLine(host: string, offered = 422): string {
  const text = `Limiting tcp reset response from ${offered} to 192 packets/sec`;
  return `<13>Nov 20 08:30:00 ${host} kernel: ${text}`;
}

/** Everything that was told, by the name of the event. */
export class Told {
  readonly calls: { readonly what: string; readonly args: readonly unknown[] }[] = [];
  /** Lines read, and what became of those that went no further. */
  lines = 0;
  dropped = 0;
  rejected = 0;
  passed = 0;
  readonly events: IngestEvents = new Proxy({} as IngestEvents, {
    get:
      (_, what: string) =>
      (...args: unknown[]) =>
        this.#take(what, args),
  });

  of(what: keyof IngestEvents): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.what === what).map(({ args }) => args);
  }

  #take(what: string, args: readonly unknown[]): void {
    if (what === "linesRead") this.lines += args[1] as number;
    if (what === "linesDone") {
      const counts = args[1] as OutcomeCounts;
      this.passed += counts.pass;
      this.dropped += counts.dropped;
      this.rejected += counts.rejected;
    }
    this.calls.push({ what, args });
  }
}

export const LINES = { topic: "lines", partitions: 3 };
export const SAMPLES = { topic: "samples", partitions: 2 };
export const REJECTED = { topic: "rejected", partitions: 1 };
export const OBSERVATIONS = { topic: "observations", partitions: 4 };

export function listenWorld(faults: MemoryFaults = {}, clock = wallClock) {
  const log = new MemoryLog(clock, faults);
  for (const { topic, partitions } of [LINES, SAMPLES, REJECTED, OBSERVATIONS]) {
    const { cleanup } = TOPICS.lines;
    log.ensure({ name: topic, partitions, cleanup, recordBytesMax: RECORD_BYTES_MAX });
  }
  const told = new Told();
  const world: InputWorld = {
    log: log.connect(),
    codec,
    clock,
    events: told.events,
    lines: LINES,
    samples: SAMPLES,
    rejected: REJECTED,
    shipper: "tidegauge test",
  };
  const deaths: unknown[] = [];
  const context = {
    died: (reason: unknown) => void deaths.push(reason),
    stopping: new AbortController().signal,
  };
  return { log, world, told, context, deaths };
}

/** All records of `lines`, partition by partition. */
export function batchesOf(log: MemoryLog): readonly LineBatch[] {
  return valuesOf(log, LINES).map((value) => {
    const message = decodeMessage(codec, value, ["line-batch"]);
    if (!message.ok) throw new Error(message.detail);
    return message.value;
  });
}

export function linesOf(log: MemoryLog): readonly string[] {
  return batchesOf(log).flatMap(({ bytes }) =>
    Buffer.from(bytes).toString("latin1").split("\n").slice(0, -1),
  );
}

export function rejectedOf(log: MemoryLog): readonly Rejected[] {
  return valuesOf(log, REJECTED).map((value) => {
    const message = decodeMessage(codec, value, ["rejected"]);
    if (!message.ok) throw new Error(message.detail);
    return message.value;
  });
}

function valuesOf(log: MemoryLog, { topic, partitions }: typeof LINES): readonly Uint8Array[] {
  return Array.from({ length: partitions }, (_, partition) =>
    log.slice({ topic, partition, offset: 0 }, Infinity).records.map(({ value }) => value!),
  ).flat();
}

/** Waits for what must become true. */
export async function until(isTrue: () => boolean, withinMs = 15_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > deadlineMs) throw new Error(`never came true: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}
