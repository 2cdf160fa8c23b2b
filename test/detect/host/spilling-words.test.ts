import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HOME_WORDS,
  SIZE_BITS,
  SpillingWords,
} from "../../../services/detect/host/spilling-words.ts";

const HOMES = 21;
/** Beside each home is what belongs to somebody else. */
const STRIDE = HOME_WORDS + 2;
const OTHERS = 0xdead_beef;
const WORDS_MAX = 160;

class Homes {
  readonly words = new Uint32Array(HOMES * STRIDE).fill(OTHERS);
  readonly spilling = new SpillingWords();
  readonly held = new Map<number, Uint32Array>();

  constructor() {
    for (let home = 0; home < HOMES; home++) this.words[atOf(home)] = 0;
  }

  put(home: number, length: number, seed: number): void {
    const words = Uint32Array.from({ length }, (_, at) => (seed + at) * 2_654_435_761);
    words[0] = (words[0]! >>> SIZE_BITS) << SIZE_BITS;
    this.spilling.put(this.words, atOf(home), words, length);
    this.held.set(home, words);
  }

  release(home: number): void {
    this.spilling.release(this.words, atOf(home));
    this.held.delete(home);
  }

  read(home: number): Uint32Array {
    const at = atOf(home);
    const words = new Uint32Array(WORDS_MAX);
    if (this.spilling.isHome(this.words, at)) words.set(this.words.subarray(at, at + HOME_WORDS));
    else this.spilling.copy(this.words, at, words);
    const { length } = this.held.get(home)!;
    expect(words[0]! & ((1 << SIZE_BITS) - 1)).toBe(length);
    words[0] = (words[0]! >>> SIZE_BITS) << SIZE_BITS;
    return words.slice(0, length);
  }
}

function atOf(home: number): number {
  return home * STRIDE + 1;
}

describe("words that spill", () => {
  const step = fc.record({
    home: fc.nat(HOMES - 1),
    length: fc.oneof(
      fc.integer({ min: 1, max: WORDS_MAX }),
      fc.integer({ min: HOME_WORDS - 2, max: HOME_WORDS + 9 }),
    ),
    isOver: fc.boolean(),
  });

  it("are kept, whatever else grows, shrinks and goes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const homes = new Homes();
        steps.forEach(({ home, length, isOver }, turn) => {
          if (isOver && homes.held.has(home)) homes.release(home);
          else homes.put(home, length, turn * 7_919);
        });
        for (const [home, words] of homes.held) expect(homes.read(home)).toEqual(words);
        for (let home = 0; home < HOMES; home++) {
          expect(homes.words[atOf(home) - 1]).toBe(OTHERS);
          expect(homes.words[atOf(home) + HOME_WORDS]).toBe(OTHERS);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("give their cells back for things of any other size", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: WORDS_MAX }), {
      minLength: HOMES,
      maxLength: HOMES,
    });
    fc.assert(
      fc.property(fc.array(lengths, { minLength: 1, maxLength: 20 }), (rounds) => {
        const homes = new Homes();
        let most = 0;
        for (const round of rounds) {
          round.forEach((length, home) => homes.put(home, length, home));
          most = Math.max(
            most,
            round.reduce((sum, length) => sum + cellsOf(length), 0),
          );
          for (let home = 0; home < HOMES; home++) homes.release(home);
        }
        expect(homes.spilling.cells).toBe(most);
      }),
      { numRuns: 50 },
    );
  });
});

/** Four words in the last cell, three and a link in the others; the home's last word is a link. */
function cellsOf(length: number): number {
  return length <= HOME_WORDS ? 0 : Math.max(1, Math.ceil((length - HOME_WORDS) / 3));
}
