import { COUNT_MODULUS, countOf, countQuotient, countRemainder } from "../domain/named-number.ts";
import type { NamedCount } from "../domain/named-number.ts";
import type { NamedNumber, Sample, SampleBatch } from "../domain/sample-batch.ts";
import type { Mapping } from "./wire-value.ts";
import { timeMsFromWire, WireValueError } from "./wire-value.ts";

/** 2^64 holds 2^52 that many times. */
const QUOTIENT_MAX = 4_095;

interface WireSample extends Pick<Sample, "sampledAtMs" | "boot" | "uptimeSeconds"> {
  readonly counterNames: readonly number[];
  readonly counterValues: readonly number[];
  /** Absent in what older versions wrote. */
  readonly counterQuotients?: readonly number[];
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
    const indexesOf = (numbers: readonly { readonly name: string }[]): number[] =>
      numbers.map(({ name }) => {
        const index = dictionary.get(name) ?? dictionary.size;
        dictionary.set(name, index);
        return index;
      });
    const samples = batch.samples.map(({ counters, gauges, posture, ...rest }) => ({
      ...rest,
      counterNames: indexesOf(counters),
      counterValues: counters.map(remainderOf),
      counterQuotients: quotientsOf(counters),
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
      counters: counted(wire.names, sample),
      gauges: named(wire.names, sample.gaugeNames, sample.gaugeValues),
      posture: named(wire.names, sample.postureNames, sample.postureValues),
    })),
  }),
};

/** What a double holds stays whole, as older readers expect it. */
function remainderOf({ value }: NamedCount): number {
  return typeof value === "number" ? value : countRemainder(value);
}

function quotientsOf(counters: readonly NamedCount[]): number[] {
  const isLarge = counters.some(({ value }) => typeof value === "string");
  return isLarge ? counters.map(({ value }) => countQuotient(value)) : [];
}

function counted(dictionary: readonly string[], sample: WireSample): readonly NamedCount[] {
  const { counterNames, counterValues, counterQuotients = [] } = sample;
  const counters = named(dictionary, counterNames, counterValues);
  for (const { name, value } of counters) {
    if (value < 0) throw new WireValueError(`${name} counts ${value}`);
  }
  if (counterQuotients.length === 0) return counters;
  if (counterQuotients.length !== counters.length) {
    throw new WireValueError("quotients and values differ in length");
  }
  return counters.map(({ name, value }, index) => {
    const quotient = counterQuotients[index]!;
    const isWhole = quotient === 0 || (quotient > 0 && value < COUNT_MODULUS);
    if (!isWhole || quotient > QUOTIENT_MAX) throw new WireValueError(`quotient ${quotient}`);
    return { name, value: countOf(value, quotient) };
  });
}

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
