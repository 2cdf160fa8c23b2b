/** A whole number of a sample by its name; as digits where a double would lose some. */
export interface NamedCount {
  readonly name: string;
  readonly value: number | string;
}

/** What a counter that travels as two numbers is split by: it divides 2^32 and 2^64 alike. */
export const COUNT_MODULUS = 2 ** 52;

const MODULUS = BigInt(COUNT_MODULUS);

/** The remainder of a count modulo 2^52. Settings may be below 0; they are small, and stay. */
export function countRemainder(value: number | string): number {
  if (typeof value === "string") return Number(BigInt(value) % MODULUS);
  return value < COUNT_MODULUS ? value : value % COUNT_MODULUS;
}

/** How often 2^52 fits into it, up to 4,095; 0 for what a double holds. */
export function countQuotient(value: number | string): number {
  return typeof value === "string" ? Number(BigInt(value) / MODULUS) : 0;
}

/** The count of both; `remainder` may be any whole double where `quotient` is 0. */
export function countOf(remainder: number, quotient: number): number | string {
  if (quotient === 0) return remainder;
  return fittingCount(BigInt(quotient) * MODULUS + BigInt(remainder)) ?? remainder;
}

const MAX_UINT64 = 18_446_744_073_709_551_615n;
const MAX_DIGITS = 20;
const ZERO = 0x30;

/** A count written in digits, up to 2^64 - 1, or null: the kernel writes no sign and no blank. */
export function readCount(text: string): number | string | null {
  if (text.length === 0 || text.length > MAX_DIGITS) return null;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return null;
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : fittingCount(BigInt(text));
}

/** The same for a whole number beyond what a double holds. */
export function fittingCount(value: bigint): number | string | null {
  if (value < 0n || value > MAX_UINT64) return null;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
