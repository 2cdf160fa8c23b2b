import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundedLevel } from "../../../services/detect/host/baseline.ts";
import { BitStream, bitsOf } from "../../../services/detect/host/bit-stream.ts";
import { CounterSeries } from "../../../services/detect/host/counter-series.ts";
import {
  COUNT,
  FLAGS,
  IN_USE,
  LATEST,
  MS_MASK,
  pushSample,
  sampleAt,
  SAMPLE_WORDS,
  SAMPLES,
  SECOND,
  SLOTS,
  SUMS,
  VALUES,
} from "../../../services/detect/host/series-words.ts";

const word = fc.oneof(
  fc.constant(0),
  fc.nat(200),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constant(2 ** 32 - 1),
);
const level = fc.oneof(fc.constant(Number.NaN), fc.constant(0), fc.float({ min: 0, noNaN: true }));

/** Everything that a series can be made to hold. */
const change = fc.record({
  of: fc.nat(29),
  head: fc.array(word, { minLength: SUMS - COUNT - 1, maxLength: SUMS - COUNT - 1 }),
  sums: fc.array(word, { minLength: SLOTS, maxLength: SLOTS }),
  latest: fc.array(level, { minLength: SLOTS, maxLength: SLOTS }),
  inUse: fc.option(fc.array(level, { minLength: SLOTS, maxLength: SLOTS })),
  samples: fc.array(
    fc.record({
      seconds: fc.oneof(fc.constant(10), fc.nat(4_000_000)),
      ms: fc.nat(999),
      flags: fc.oneof(fc.constant(0xff << 10), fc.nat(2 ** 28)),
      values: fc.array(word, { minLength: SLOTS, maxLength: SLOTS }),
    }),
    { maxLength: 10 },
  ),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function apply(all: CounterSeries, series: number, to: Change): void {
  const base = all.base(series);
  const { words, floats } = all;
  // Whether the block before was hot is a bit, and the last of these.
  to.head.forEach((value, at) => {
    words[base + COUNT + 1 + at] = at === to.head.length - 1 ? value & 1 : value;
  });
  words.set(to.sums, base + SUMS);
  floats.set(to.latest, base + LATEST);
  floats.set(to.inUse ?? to.latest, base + IN_USE);
  // As they are learnt; what is not known stays so.
  for (let at = base + LATEST; at < base + SAMPLES; at++) {
    if (!Number.isNaN(floats[at]!)) words[at] = roundedLevel(words[at]!);
  }
  for (const { seconds, ms, flags, values } of to.samples) {
    const count = words[base + COUNT]!;
    const before = count === 0 ? 1_000 : words[sampleAt(words, base, count - 1) + SECOND]!;
    const sample = pushSample(words, base);
    words[sample + SECOND] = before + seconds + 1;
    words[sample + FLAGS] = (flags & ~MS_MASK) | ms;
    words.set(values, sample + VALUES);
  }
}

/** All that a series holds, its samples from the oldest on. */
function stateOf({ words }: CounterSeries, base: number): number[] {
  const state = [...words.subarray(base + COUNT, base + SAMPLES)];
  for (let index = 0; index < words[base + COUNT]!; index++) {
    const sample = sampleAt(words, base, index);
    state.push(...words.subarray(sample, sample + SAMPLE_WORDS));
  }
  return state;
}

/** A boot has a name, or a second. */
const keyOf = (series: number) => {
  const boot = (series % 3) * 2_147_483_647;
  return { sampler: series + 1, boot, bootSecond: boot === 0 ? 1_795_000_000 + series : 0 };
};

describe("counter series", () => {
  it("rest in fewer bytes than they are, and hold the same when they are asked for", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const all = new CounterSeries();
        const numbers = Array.from({ length: 30 }, (_, series) => all.create(keyOf(series)));
        const alone = numbers.map(() => new CounterSeries());
        for (const one of alone) one.create(keyOf(0));
        for (const each of changes) {
          apply(all, numbers[each.of]!, each);
          apply(alone[each.of]!, 0, each);
        }
        for (const series of numbers) {
          const own = alone[series]!;
          expect(stateOf(all, all.base(series))).toEqual(stateOf(own, own.base(0)));
          expect(all.key(series)).toEqual(keyOf(series));
          expect(all.isOf(series, keyOf(series), 0)).toBe(true);
          expect(numbers.filter((each) => all.isOf(each, keyOf(series), 0))).toEqual([series]);
          expect(all.packed(series).length).toBeLessThan(600);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("come back from what they were packed into, and give back their room", () => {
    fc.assert(
      fc.property(change, (each) => {
        const all = new CounterSeries();
        const first = all.create(keyOf(0));
        apply(all, first, each);
        const state = stateOf(all, all.base(first));
        const packed = all.packed(first).slice();
        all.release(first);
        const second = all.create(keyOf(1));
        expect(second).toBe(first);
        expect(stateOf(all, all.base(second))).not.toContain(1_001);
        all.restore(second, packed);
        expect(stateOf(all, all.base(second))).toEqual(state);
      }),
    );
  });
});

describe("a stream of bits", () => {
  it("gives back what was put, over what was there before", () => {
    const step = fc.record({
      how: fc.constantFrom("fixed", "numbers", "alike"),
      values: fc.array(word, { minLength: 1, maxLength: 12 }),
      bits: fc.integer({ min: 1, max: 32 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), word, (steps, junk) => {
        const room = new Uint32Array(400).fill(junk);
        const bits = new BitStream();
        bits.begin(room, 3);
        const put = steps.map(({ how, values, bits: length }) => {
          const fitting = values.map((value) => value >>> (32 - length));
          const numbers = Int32Array.from(fitting, (value) => value | 0);
          // Of numbers that are alike the first belongs to nobody.
          if (how === "alike") numbers[0] = 0;
          if (how === "numbers") bits.putNumbers(numbers, numbers.length);
          else if (how === "fixed") for (const value of numbers) bits.put(value, length);
          else bits.putAlike(numbers, numbers.length, bitsOf(numbers.reduce((a, b) => a | b)));
          return numbers;
        });
        const { end } = bits;
        bits.begin(room, 3);
        const taken = steps.map(({ how, values, bits: length }) => {
          const numbers = new Int32Array(values.length);
          if (how === "numbers") bits.takeNumbers(numbers, numbers.length);
          else if (how === "alike") bits.takeAlike(numbers, numbers.length);
          else numbers.forEach((_, at) => (numbers[at] = bits.take(length)));
          return numbers;
        });
        expect(taken).toEqual(put);
        expect(bits.end).toBe(end);
      }),
    );
  });
});
