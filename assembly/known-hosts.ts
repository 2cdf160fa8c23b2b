/**
 * Hosts that were met lately, by their names: in a fleet of some thousands nearly every line's is
 * one. Whose names they are, of which directory and realm, is a number from 1 on.
 */
import { KNOWN_HOST_BYTES, KNOWN_HOSTS, KNOWN_HOSTS_SHIFT } from "./memory";

/** Longer names are looked up by whoever asks. */
const NAME_BYTES_MAX: i32 = 32;
/** Of an entry, behind its name; 0 is an empty entry's. */
const NAMES: i32 = 32;
const HOST: i32 = 36;

/** From its middle on it masks what is behind a name. */
const MASKS: usize = memory.data<u64>([-1, -1, -1, -1, 0, 0, 0, 0]);

/** The name that was asked for last, zeros behind it. */
let low: v128 = i64x2(0, 0);
let high: v128 = i64x2(0, 0);

/** Which host the name in [start, end) was said to be, or -1. */
export function knownHost(start: i32, end: i32, names: i32): i32 {
  if (end - start > NAME_BYTES_MAX) return -1;
  const entry = entryOf(start, end);
  const differs = v128.or(v128.xor(low, v128.load(entry)), v128.xor(high, v128.load(entry, 16)));
  const isOther = load<i32>(entry, NAMES) != names || v128.any_true(differs);
  return isOther ? -1 : load<i32>(entry, HOST);
}

/** The same name, from now on, until another one falls on its entry. */
export function rememberHost(start: i32, end: i32, names: i32, host: i32): void {
  if (end - start > NAME_BYTES_MAX) return;
  const entry = entryOf(start, end);
  v128.store(entry, low);
  v128.store(entry, high, 16);
  store<i32>(entry, names, NAMES);
  store<i32>(entry, host, HOST);
}

function entryOf(start: i32, end: i32): i32 {
  const mask = MASKS + (NAME_BYTES_MAX - (end - start));
  low = v128.and(v128.load(start), v128.load(mask));
  high = v128.and(v128.load(start, 16), v128.load(mask, 16));
  // Odd constants with as many ones as zeros; the best bits of a product are its highest.
  const hash =
    i64x2.extract_lane(low, 0) * 0x9e3779b97f4a7c15 +
    i64x2.extract_lane(low, 1) * 0xc2b2ae3d27d4eb4f +
    i64x2.extract_lane(high, 0) * 0x165667b19e3779f9 +
    i64x2.extract_lane(high, 1) * 0x27d4eb2f165667c5;
  const index = <i32>((<u64>hash) >> (64 - KNOWN_HOSTS_SHIFT));
  return KNOWN_HOSTS + index * KNOWN_HOST_BYTES;
}
