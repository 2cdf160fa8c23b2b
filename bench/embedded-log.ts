/**
 * How fast the embedded log takes records that must survive, against a yardstick timed in turn: the
 * same bytes written to a plain file with one fdatasync per group. Reads back and compares what it
 * wrote. `node bench/embedded-log.ts [FOLDER]`; the folder should lie on the disk in question.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "../lib/domain/assert.ts";
import { wallClock } from "../lib/process/clock.ts";
import { EmbeddedLog } from "../lib/stream/embedded.ts";

interface Load {
  readonly name: string;
  readonly recordBytes: number;
  readonly recordsPerAppend: number;
  readonly inFlight: number;
}

const LOADS: readonly Load[] = [
  { name: "one record, one caller", recordBytes: 200, recordsPerAppend: 1, inFlight: 1 },
  { name: "one record, 1,000 callers", recordBytes: 200, recordsPerAppend: 1, inFlight: 1_000 },
  { name: "100 records, 100 callers", recordBytes: 200, recordsPerAppend: 100, inFlight: 100 },
  { name: "64 KB batches, 32 callers", recordBytes: 64_000, recordsPerAppend: 1, inFlight: 32 },
];
const RUN_MS = 3_000;
const PARTITIONS = 6;

const folder = process.argv[2] ?? tmpdir();
console.log("load | appends/s | records/s | MB/s | p50 ms | p99 ms | read MB/s | of yardstick");
for (const load of LOADS) await measure(load);

async function measure(load: Load): Promise<void> {
  const path = mkdtempSync(join(folder, "tidegauge-bench-"));
  const log = await EmbeddedLog.open({ path, role: "owner", who: "bench", clock: wallClock });
  const cleanup = { policy: "delete", retentionMs: null, compactAfterMs: 0 } as const;
  await log.ensureTopics([{ name: "t", partitions: PARTITIONS, recordBytesMax: 1e6, cleanup }]);
  const value = Uint8Array.from({ length: load.recordBytes }, (_, n) => n * 7);
  const record = { key: "fra1-web-001", value };
  const records = Array.from({ length: load.recordsPerAppend }, () => record);

  const waitsMs: number[] = [];
  const startMs = performance.now();
  const callers = Array.from({ length: load.inFlight }, async (_, caller) => {
    while (performance.now() < startMs + RUN_MS) {
      const calledMs = performance.now();
      await log.append("t", caller % PARTITIONS, records);
      waitsMs.push(performance.now() - calledMs);
    }
  });
  await Promise.all(callers);
  const seconds = (performance.now() - startMs) / 1_000;

  const payload = waitsMs.length * load.recordsPerAppend * load.recordBytes;
  const readSeconds = readBack(log, payload, value);
  await log.close();
  const groupBytes = load.inFlight * load.recordsPerAppend * load.recordBytes;
  const yardstick = plainFile(path, groupBytes);
  rmSync(path, { recursive: true });

  waitsMs.sort((a, b) => a - b);
  const row = [
    load.name,
    Math.round(waitsMs.length / seconds),
    Math.round((waitsMs.length * load.recordsPerAppend) / seconds),
    (payload / seconds / 1e6).toFixed(1),
    waitsMs[Math.floor(waitsMs.length * 0.5)]?.toFixed(1),
    waitsMs[Math.floor(waitsMs.length * 0.99)]?.toFixed(1),
    Math.round(payload / readSeconds / 1e6),
    (payload / seconds / yardstick).toFixed(2),
  ];
  console.log(row.join(" | "));
}

function readBack(log: EmbeddedLog, payload: number, value: Uint8Array): number {
  const startMs = performance.now();
  let bytes = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    let offset = 0;
    for (;;) {
      const slice = log.slice({ topic: "t", partition, offset }, 1_048_576);
      if (slice.records.length === 0) break;
      for (const record of slice.records) bytes += record.value?.length ?? 0;
      assert(Buffer.compare(slice.records[0]?.value ?? value.subarray(1), value) === 0, "damaged");
      offset = slice.nextOffset;
    }
  }
  assert(bytes === payload, "what was acknowledged is there");
  return (performance.now() - startMs) / 1_000;
}

/** Bytes per second of one write and one flush per group. */
function plainFile(path: string, groupBytes: number): number {
  const file = openSync(join(path, "plain"), "w");
  const group = new Uint8Array(groupBytes).fill(7);
  const startMs = performance.now();
  let bytes = 0;
  while (performance.now() < startMs + RUN_MS / 3) {
    for (let at = 0; at < group.length;) at += writeSync(file, group, at);
    fdatasyncSync(file);
    bytes += group.length;
  }
  closeSync(file);
  return (bytes / (performance.now() - startMs)) * 1_000;
}
