/** Initial hash of a name; a realm is mixed in by starting from another value. */
export const NAME_HASH_SEED = 0x811c9dc5;

/** Copies a byte of a name four times over all, and leaves a tenth of the pool empty. */
const POOL_GROWTH_FACTOR = 1.25;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One step of FNV-1a, 32 bits. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/**
 * Names by their bytes: dense ids from 0, no string for a name that is already known. Bytes live in
 * one pool and slots in one table, about 24 bytes a name beside the name itself.
 */
export class NameTable {
  size = 0;
  /** Id plus one, then the hash: the two that a search looks at lie in one cache line. */
  #slots = new Int32Array(2_048);
  #starts = new Uint32Array(512);
  #pool = new Uint8Array(8_192);

  /** The id of the name in bytes[start, end); `seed` separates realms. */
  intern(bytes: Uint8Array, start: number, end: number, seed = NAME_HASH_SEED): number {
    const hash = hashOf(bytes, start, end, seed);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = slotOf(hash, mask);
    for (;;) {
      const id = slots[slot]! - 1;
      if (id < 0) return this.#add(bytes, start, end, hash, slot);
      if (slots[slot + 1] === hash && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 2) & mask;
    }
  }

  /** The same of a name given as text. */
  internText(name: string, seed = NAME_HASH_SEED): number {
    const bytes = encoder.encode(name);
    return this.intern(bytes, 0, bytes.length, seed);
  }

  /** Invalid UTF-8 comes out as U+FFFD. */
  nameOf(id: number): string {
    return decoder.decode(this.bytesOf(id));
  }

  /** Good until the next name is added. */
  bytesOf(id: number): Uint8Array {
    return this.#pool.subarray(this.#starts[id], this.#starts[id + 1]);
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[id]!;
    const length = end - start;
    if (this.#starts[id + 1]! - from !== length) return false;
    const pool = this.#pool;
    for (let i = 0; i < length; i++) if (pool[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.size++;
    if (id + 2 > this.#starts.length) {
      const starts = new Uint32Array(this.#starts.length * 2);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    const from = this.#starts[id]!;
    const length = end - start;
    if (from + length > this.#pool.length) {
      const room = Math.ceil(this.#pool.length * POOL_GROWTH_FACTOR);
      const pool = new Uint8Array(Math.max(room, from + length));
      pool.set(this.#pool);
      this.#pool = pool;
    }
    for (let i = 0; i < length; i++) this.#pool[from + i] = bytes[start + i]!;
    this.#starts[id + 1] = from + length;
    this.#slots[slot] = id + 1;
    this.#slots[slot + 1] = hash;
    if (this.size * 4 > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let old = 0; old < this.#slots.length; old += 2) {
      if (this.#slots[old] === 0) continue;
      let slot = slotOf(this.#slots[old + 1]!, mask);
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = this.#slots[old]!;
      slots[slot + 1] = this.#slots[old + 1]!;
    }
    this.#slots = slots;
  }
}

/**
 * Four bytes a step: a step waits for the one before it, and names have a dozen bytes. What is
 * multiplied only moves up, so it is turned round before each step and mixed down in the end.
 */
function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed;
  let at = start;
  for (const lastWord = end - 4; at <= lastWord; at += 4) {
    const low = bytes[at]! | (bytes[at + 1]! << 8);
    const word = low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ word, 0x9e3779b1);
  }
  for (; at < end; at++) hash = hashStep(hash, bytes[at]!);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Where a search begins: an even offset. */
function slotOf(hash: number, mask: number): number {
  return ((hash ^ (hash >>> 15)) << 1) & mask;
}
