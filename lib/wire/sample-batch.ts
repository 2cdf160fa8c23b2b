import type { NamedNumber, Sample, SampleBatch } from "../domain/sample-batch.ts";
import type { Mapping } from "./wire-value.ts";
import { timeMsFromWire, WireValueError } from "./wire-value.ts";

interface WireSample extends Pick<Sample, "sampledAtMs" | "boot" | "uptimeSeconds"> {
  readonly counterNames: readonly number[];
  readonly counterValues: readonly number[];
  readonly gaugeNames: readonly number[];
  readonly gaugeValues: readonly number[];
  readonly postureNames: readonly number[];
  readonly postureValues: readonly number[];
}

interface WireSampleBatch extends Omit<SampleBatch, "samples"> {
  readonly names: readonly string[];
  readonly samples: readonly WireSample[];
}

export const sampleBatchMapping: Mapping<SampleBatch> = {
  toWire(batch): WireSampleBatch {
    const dictionary = new Map<string, number>();
    const indexesOf = (numbers: readonly NamedNumber[]): number[] =>
      numbers.map(({ name }) => {
        const index = dictionary.get(name) ?? dictionary.size;
        dictionary.set(name, index);
        return index;
      });
    const samples = batch.samples.map(({ counters, gauges, posture, ...rest }) => ({
      ...rest,
      counterNames: indexesOf(counters),
      counterValues: counters.map(({ value }) => value),
      gaugeNames: indexesOf(gauges),
      gaugeValues: gauges.map(({ value }) => value),
      postureNames: indexesOf(posture),
      postureValues: posture.map(({ value }) => value),
    }));
    return { ...batch, names: [...dictionary.keys()], samples };
  },
  fromWire: (wire: WireSampleBatch): SampleBatch => ({
    input: wire.input,
    realm: wire.realm,
    host: wire.host,
    os: wire.os,
    shipper: wire.shipper,
    arrivalMs: timeMsFromWire(wire.arrivalMs),
    peer: wire.peer,
    trust: wire.trust,
    samples: wire.samples.map((sample) => ({
      sampledAtMs: timeMsFromWire(sample.sampledAtMs),
      boot: sample.boot,
      uptimeSeconds: sample.uptimeSeconds,
      counters: named(wire.names, sample.counterNames, sample.counterValues),
      gauges: named(wire.names, sample.gaugeNames, sample.gaugeValues),
      posture: named(wire.names, sample.postureNames, sample.postureValues),
    })),
  }),
};

function named(
  dictionary: readonly string[],
  names: readonly number[],
  values: readonly number[],
): NamedNumber[] {
  if (names.length !== values.length) throw new WireValueError("names and values differ in length");
  return names.map((index, position) => {
    const name = dictionary[index];
    if (name === undefined) throw new WireValueError(`name ${index} of ${dictionary.length}`);
    return { name, value: values[position]! };
  });
}
