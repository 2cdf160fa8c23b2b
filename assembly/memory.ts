/**
 * Where things lie in memory. Whoever loads the module fills the tables once, and the window with
 * the bytes of each call (services/ingest/core/line-memory.ts).
 */

/** Which pairs of bytes begin a head, a byte each, then the heads' four bytes up to a zero. */
export const PAIR_KINDS: i32 = 0x10000;
const HEADS_BYTES: i32 = PAIR_KINDS + 0x400;
export const HOST_HEADS: i32 = 0x1000;
export const TAG_HEADS: i32 = HOST_HEADS + HEADS_BYTES;
export const TEXT_HEADS: i32 = TAG_HEADS + HEADS_BYTES;

/** By class of limit line: its words, which bytes of them count, and how many those are. */
export const CLASSES: i32 = TEXT_HEADS + HEADS_BYTES;
export const CLASS_BYTES: i32 = 112;
export const CLASS_MASK: i32 = 48;
export const CLASS_LENGTH: i32 = 96;
const CLASSES_MAX: i32 = 16;
/** The class by the byte that limit-text.ts makes of the two in which classes differ. */
export const CLASS_OF: i32 = CLASSES + CLASSES_MAX * CLASS_BYTES;

/** What a call tells beside its rows: where it stopped, and how many lines it passed. */
export const NEXT: i32 = CLASS_OF + 256;
export const LINES: i32 = NEXT + 4;
export const ROWS: i32 = NEXT + 16;
/** As many as there are limit lines in a window at most: the shortest has 77 bytes. */
export const ROWS_MAX: i32 = 512;
/** Bytes of a row: words in the order of services/ingest/core/fast-lines.ts. */
export const ROW_BYTES: i32 = 48;

export const WINDOW: i32 = 0x40000;
export const WINDOW_BYTES: i32 = 0x8000;

/** Hosts that were met lately (known-hosts.ts), behind what a look beyond the window may touch. */
export const KNOWN_HOSTS: i32 = 0x50000;
export const KNOWN_HOSTS_SHIFT: i32 = 12;
export const KNOWN_HOST_BYTES: i32 = 64;
export const KNOWN_HOSTS_BYTES: i32 = KNOWN_HOST_BYTES << KNOWN_HOSTS_SHIFT;
