import type { HostStage } from "../host/host-stage.ts";
import type { ByteReader, ByteWriter } from "./byte-writer.ts";

/**
 * When one host was heard, its settings and its counter series: baselines, and samples that may
 * still split.
 */
export function writeCounters(writer: ByteWriter, stage: HostStage, host: number): void {
  const { counters, postures, silent } = stage;
  writer.count(silent.wordOf(host));
  writer.count(postures.secondOf(host));
  if (postures.secondOf(host) > 0) writer.count(postures.of(host));
  const all = counters.series;
  const found: number[] = [];
  counters.hosts.visit(host, (series) => found.push(series));
  writer.count(found.length);
  // A new series goes in front of the others, so the last must be read first.
  for (const series of found.toReversed()) {
    const { sampler, boot, bootSecond } = all.key(series);
    writer.count(sampler);
    writer.count(boot);
    writer.count(bootSecond);
    writer.bytes(all.packed(series));
  }
}

export function readCounters(reader: ByteReader, stage: HostStage, host: number): void {
  const { counters, postures, silent } = stage;
  silent.restoreWord(host, reader.count());
  const postureSecond = reader.count();
  if (postureSecond > 0) postures.put(host, postureSecond, 0, reader.count());
  for (let left = reader.count(); left > 0; left--) {
    const key = { sampler: reader.count(), boot: reader.count(), bootSecond: reader.count() };
    const series = counters.hosts.add(host, key);
    counters.series.restore(series, reader.bytes());
  }
}
