/** Initial hash of a name; a realm is mixed in by starting from another value. */
export const NAME_HASH_SEED = 0x811c9dc5;

/** One step of FNV-1a, 32 bits; the scanner hashes a name while it looks for its end. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/**
 * Names by their bytes: dense ids from 0, no string for a name that is already known. Bytes live in
 * one pool and slots in one table, about 20 bytes a name beside the name itself.
 */
export class NameTable {
  size = 0;
  #slots = new Int32Array(1_024);
  #hashes = new Int32Array(512);
  #starts = new Uint32Array(513);
  #pool = new Uint8Array(8_192);

  /**
   * The id of the name in bytes[start, end); `hash` is hashStep over them from the caller's seed.
   */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.#slots[slot]! - 1;
      if (id < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[id] === hash && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** The id of a name given as text; `seed` separates realms. */
  internText(name: string, seed = NAME_HASH_SEED): number {
    const bytes = new TextEncoder().encode(name);
    let hash = seed;
    for (const byte of bytes) hash = hashStep(hash, byte);
    return this.intern(bytes, 0, bytes.length, hash);
  }

  /** Invalid UTF-8 comes out as U+FFFD. */
  nameOf(id: number): string {
    return new TextDecoder().decode(this.#pool.subarray(this.#starts[id], this.#starts[id + 1]));
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
    if (id + 2 > this.#starts.length) this.#growIds();
    const from = this.#starts[id]!;
    const length = end - start;
    if (from + length > this.#pool.length) {
      const pool = new Uint8Array(Math.max(this.#pool.length * 2, from + length));
      pool.set(this.#pool);
      this.#pool = pool;
    }
    for (let i = 0; i < length; i++) this.#pool[from + i] = bytes[start + i]!;
    this.#starts[id + 1] = from + length;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #growIds(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    const starts = new Uint32Array(hashes.length + 1);
    starts.set(this.#starts);
    this.#hashes = hashes;
    this.#starts = starts;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      const hash = this.#hashes[id]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}
