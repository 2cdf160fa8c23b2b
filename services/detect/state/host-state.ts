import { setImmediate as otherWork } from "node:timers/promises";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import type { HostDirectory } from "../../../lib/domain/host-directory.ts";
import type { HostStage } from "../host/host-stage.ts";
import type { SilenceState } from "../host/silent-hosts.ts";
import type { SourceClock, SourceState } from "../host/source-clock.ts";
import { NO_TRACK } from "../host/track-cells.ts";
import { LIMITS } from "../limits.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";
import { readCounters, writeCounters } from "./counter-state.ts";

/** Raised when the layout below changes; an older snapshot is then folded anew from the log. */
export const HOST_STATE_LAYOUT = 4;

const NO_GAUGE = -1;
const FACTS_PER_BATCH = 1_024;

export interface HostStateParts {
  readonly stage: HostStage;
  readonly directory: HostDirectory;
  readonly clock: SourceClock;
}

/**
 * A host stage as bytes: its hosts, their cells and counters. What is counted of scopes follows
 * from the cells, so it is folded again instead of being stored. The state must not change
 * meanwhile.
 */
export async function encodeHostState(parts: HostStateParts): Promise<Uint8Array> {
  const { stage, directory, clock } = parts;
  const writer = new ByteWriter();
  const silence = stage.silent.state();
  const times = { logTimeMs: finite(clock.logTimeMs), sources: clock.states(), silence };
  writer.text(JSON.stringify(times));
  writer.count(stage.hosts);
  for (let host = 0; host < stage.hostsEnd; host++) {
    if (!stage.isSeen(host)) continue;
    const id = stage.directoryId(host);
    writer.text(directory.realmOf(id));
    writer.bytes(directory.nameBytesOf(id));
    writeTracks(writer, stage, host);
    writeCounters(writer, stage, host);
    if ((host + 1) % LIMITS.snapshotHostsPerTurn === 0) await otherWork();
  }
  return writer.finish();
}

function writeTracks(writer: ByteWriter, stage: HostStage, host: number): void {
  const { tracks } = stage;
  let count = 0;
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) count++;
  writer.count(count);
  for (let track = stage.firstTrack(host); track !== NO_TRACK; track = tracks.next(track)) {
    const cells: number[] = [];
    tracks.visitWhile(track, (second, offered, suppressed) => {
      cells.push(second, offered, suppressed);
      return true;
    });
    writer.count(tracks.gauge(track));
    writer.count(cells.length / 3);
    // Newest first, so each second is told by how far it lies before the one in front of it.
    let newer = 0;
    for (let i = 0; i < cells.length; i += 3) {
      writer.count(i === 0 ? cells[0]! : newer - cells[i]!);
      writer.count(cells[i + 1]!);
      writer.count(cells[i + 2]!);
      newer = cells[i]!;
    }
  }
}

interface StoredTimes {
  readonly logTimeMs: number | null;
  readonly sources: readonly SourceState[];
  readonly silence: SilenceState | null;
}

/**
 * Folds a stored state into a new stage. What was told needs no telling again but for runs that may
 * still grow; under another configuration nobody has heard of any of it yet.
 */
export async function restoreHostState(
  bytes: Uint8Array,
  parts: HostStateParts,
  wasTold = true,
): Promise<void> {
  const { stage, directory, clock } = parts;
  const reader = new ByteReader(bytes);
  const { logTimeMs, sources, silence } = JSON.parse(reader.text()) as StoredTimes;
  if (silence !== null) stage.silent.restore(silence);
  clock.restore(sources, logTimeMs ?? Number.NEGATIVE_INFINITY);
  const batch = new FactBatch(FACTS_PER_BATCH);
  const add = (
    host: number,
    gauge: number,
    second: number,
    offered: number,
    kept: number,
  ): void => {
    if (batch.length === batch.capacity) foldAndClear(stage, batch);
    const at = batch.length++;
    batch.host[at] = host;
    batch.gauge[at] = gauge;
    batch.timeMs[at] = second * 1_000;
    batch.offered[at] = offered;
    batch.suppressed[at] = kept;
  };
  const hosts = reader.count();
  for (let i = 0; i < hosts; i++) {
    const realm = directory.realm(reader.text());
    const host = directory.idOfName(realm, reader.bytes());
    const tracks = reader.count();
    if (tracks === 0) add(host, NO_GAUGE, 0, 0, 0);
    for (let track = 0; track < tracks; track++) {
      const gauge = reader.count();
      const cells = reader.count();
      let second = 0;
      for (let cell = 0; cell < cells; cell++) {
        second = cell === 0 ? reader.count() : second - reader.count();
        add(host, gauge, second, reader.count(), reader.count());
      }
    }
    readCounters(reader, stage, stage.numberOf(host));
    if ((i + 1) % LIMITS.snapshotHostsPerTurn === 0) await otherWork();
  }
  foldAndClear(stage, batch);
  stage.countRestored();
  if (logTimeMs === null) return;
  const logSecond = Math.floor(logTimeMs / 1_000);
  if (wasTold) stage.resume(logSecond);
  else stage.hot.finalSecond = logSecond - 1;
}

function foldAndClear(stage: HostStage, batch: FactBatch): void {
  stage.fold(batch, 0, batch.length);
  batch.clear();
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
