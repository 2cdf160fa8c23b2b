/** Chains of repeats in a part: through all of it, from its start, to its end, anywhere in it. */
interface Chains {
  readonly through: number;
  readonly prefix: number;
  readonly suffix: number;
  readonly best: number;
}

interface Part {
  readonly chains: Chains;
  readonly takes: boolean;
  /** It can begin with the character. */
  readonly begins: boolean;
  readonly repeats: boolean;
  readonly ambiguous: boolean;
}

const EMPTY: Chains = { through: 0, prefix: 0, suffix: 0, best: 0 };
const BLOCKED: Chains = { through: Number.NEGATIVE_INFINITY, prefix: 0, suffix: 0, best: 0 };
const LOOP: Chains = { through: 1, prefix: 1, suffix: 1, best: 1 };
const NOTHING: Part = {
  chains: EMPTY,
  takes: false,
  begins: false,
  repeats: false,
  ambiguous: false,
};

/** Repeats up to this often are no loop: what they cost is bounded. */
const SMALL_REPEAT_MAX = 8;

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/;
const GROUP_OPENING = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/;
const ATOM = /^(?:\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[^])|\[(?:\\[^]|[^\]\\])*\]|[^])/;

/**
 * Reads a regular expression that compiles, and says how many repeats in a row can all take one
 * given character: what polynomial backtracking is made of. What exponential backtracking is made
 * of, a repeat inside a repeat or alternatives that begin alike inside one, is a fault.
 */
export class PatternReader {
  readonly #pattern: string;
  readonly #character: string;
  #at = 0;
  #fault: string | null = null;

  constructor(pattern: string, character: string) {
    this.#pattern = pattern;
    this.#character = character;
  }

  longestChain(): number {
    this.#at = 0;
    return this.#alternatives().chains.best;
  }

  fault(): string | null {
    return this.#fault;
  }

  #alternatives(): Part {
    let all = this.#sequence();
    while (this.#pattern[this.#at] === "|") {
      this.#at++;
      all = either(all, this.#sequence());
    }
    return all;
  }

  #sequence(): Part {
    let parts: Part = NOTHING;
    let canBegin = true;
    while (this.#at < this.#pattern.length && !/[|)]/.test(this.#pattern[this.#at] ?? "")) {
      const part = this.#quantified();
      parts = {
        chains: concat(parts.chains, part.chains),
        takes: parts.takes || part.takes,
        begins: parts.begins || (canBegin && part.begins),
        repeats: parts.repeats || part.repeats,
        ambiguous: parts.ambiguous || part.ambiguous,
      };
      // A part that cannot be skipped ends what the sequence can begin with.
      canBegin &&= part.chains.through !== Number.NEGATIVE_INFINITY && !part.takes;
    }
    return parts;
  }

  #quantified(): Part {
    const part = this.#pattern[this.#at] === "(" ? this.#group() : this.#atom();
    const match = QUANTIFIER.exec(this.#pattern.slice(this.#at));
    if (match === null) return part;
    this.#at += match[0].length;
    const { min, max } = bounds(match);
    if (max <= 1) return min === 0 ? skippable(part) : part;
    if (part.repeats) this.#fault ??= "repeats something that repeats";
    if (part.ambiguous) this.#fault ??= "repeats alternatives that begin alike";
    const isLoop = max > SMALL_REPEAT_MAX;
    const chains = isLoop && part.takes ? LOOP : part.chains;
    const repeated = { ...part, chains, repeats: true };
    return min === 0 ? skippable(repeated) : repeated;
  }

  #group(): Part {
    const opening = GROUP_OPENING.exec(this.#pattern.slice(this.#at))?.[0] ?? "(";
    this.#at += opening.length;
    const inside = this.#alternatives();
    this.#at++;
    const isLookaround = /[=!]$/.test(opening);
    return isLookaround ? { ...NOTHING, chains: { ...EMPTY, best: inside.chains.best } } : inside;
  }

  #atom(): Part {
    const text = ATOM.exec(this.#pattern.slice(this.#at))?.[0] ?? "";
    this.#at += text.length;
    if (/^\\[1-9k]/.test(text)) this.#fault ??= "refers back to a group";
    if (/^(?:[$^]|\\[bB])$/.test(text)) return NOTHING;
    const takes = takesCharacter(text, this.#character);
    return { ...NOTHING, chains: takes ? EMPTY : BLOCKED, takes, begins: takes };
  }
}

function takesCharacter(atom: string, character: string): boolean {
  return new RegExp(`^(?:${atom})$`).test(character);
}

function bounds(match: RegExpExecArray): { min: number; max: number } {
  if (match[1] === undefined) {
    const sign = match[0][0];
    return { min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
  }
  const min = Number(match[1]);
  if (match[2] === undefined) return { min, max: min };
  return { min, max: match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]) };
}

/** A part that may be left out counts as a repeat too: `(a?a?)*` is as bad as `(a*)*`. */
function skippable(part: Part): Part {
  const through = Math.max(0, part.chains.through);
  return { ...part, chains: { ...part.chains, through }, repeats: true };
}

function either(a: Part, b: Part): Part {
  return {
    chains: {
      through: Math.max(a.chains.through, b.chains.through),
      prefix: Math.max(a.chains.prefix, b.chains.prefix),
      suffix: Math.max(a.chains.suffix, b.chains.suffix),
      best: Math.max(a.chains.best, b.chains.best),
    },
    takes: a.takes || b.takes,
    begins: a.begins || b.begins,
    repeats: a.repeats || b.repeats,
    ambiguous: a.ambiguous || b.ambiguous || (a.begins && b.begins),
  };
}

function concat(a: Chains, b: Chains): Chains {
  return {
    through: a.through + b.through,
    prefix: Math.max(a.prefix, a.through + b.prefix),
    suffix: Math.max(b.suffix, b.through + a.suffix),
    best: Math.max(a.best, b.best, a.suffix + b.prefix),
  };
}
