import { COUNT, SAMPLE_WORDS, SAMPLER, sampleAt, SAMPLES } from "../host/counter-series.ts";
import type { HostStage } from "../host/host-stage.ts";
import type { ByteReader, ByteWriter } from "./byte-writer.ts";

/** Settings and counter series of one host: baselines, and samples that disorder may touch. */
export function writeCounters(writer: ByteWriter, stage: HostStage, host: number): void {
  const { counters, postures } = stage;
  writer.count(postures.secondOf(host));
  if (postures.secondOf(host) > 0) writer.count(postures.of(host));
  const all = counters.series;
  const found: number[] = [];
  counters.hosts.visit(host, (series) => found.push(series));
  writer.count(found.length);
  // A new series goes in front of the others, so the last must be read first.
  for (const series of found.toReversed()) {
    const words = all.words(series);
    const base = all.base(series);
    for (let word = SAMPLER; word < SAMPLES; word++) writer.count(words[base + word]!);
    for (let index = 0; index < words[base + COUNT]!; index++) {
      const sample = sampleAt(words, base, index);
      for (let word = 0; word < SAMPLE_WORDS; word++) writer.count(words[sample + word]!);
    }
  }
}

export function readCounters(reader: ByteReader, stage: HostStage, host: number): void {
  const { counters, postures } = stage;
  const postureSecond = reader.count();
  if (postureSecond > 0) postures.put(host, postureSecond, 0, reader.count());
  const all = counters.series;
  for (let left = reader.count(); left > 0; left--) {
    const series = counters.hosts.add(host);
    const words = all.words(series);
    const base = all.base(series);
    for (let word = SAMPLER; word < SAMPLES; word++) words[base + word] = reader.count();
    for (let index = 0; index < words[base + COUNT]!; index++) {
      const sample = sampleAt(words, base, index);
      for (let word = 0; word < SAMPLE_WORDS; word++) words[sample + word] = reader.count();
    }
  }
}
