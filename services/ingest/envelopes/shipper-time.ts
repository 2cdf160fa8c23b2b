import type { Zone } from "../../../lib/domain/zone.ts";
import { readDate } from "./date.ts";
import { isDigits } from "./digits.ts";
import { Stamp, isValidStamp, resolveStamp } from "./stamp.ts";

/** 2200-01-01: later is no time, but a number in another unit. */
const LATEST_MS = 7_258_118_400_000;

const encoder = new TextEncoder();
const stamp = new Stamp();

/**
 * Milliseconds since 1970 UTC of what a shipper calls a time: seconds, milliseconds, microseconds
 * or
 * nanoseconds as number, bigint or digits, told apart by size, or a date. NaN where it is none.
 */
export function shipperTimeMs(value: unknown, referenceMs: number, zone: Zone): number {
  if (typeof value === "bigint") return epochMsOfDigits(value.toString());
  if (typeof value === "number") return epochMsOfNumber(value);
  if (typeof value !== "string" || value.length > 64) return Number.NaN;
  if (isDigits(value)) return epochMsOfDigits(value);
  const seconds = Number(value);
  if (Number.isFinite(seconds) && value.trim() !== "") return epochMsOfNumber(seconds);
  const bytes = encoder.encode(value);
  stamp.reset();
  if (readDate(bytes, 0, bytes.length, stamp) !== bytes.length) return Number.NaN;
  return isValidStamp(stamp) ? resolveStamp(stamp, referenceMs, zone) : Number.NaN;
}

/** Seconds have up to 11 digits until the year 5138, each finer unit 3 more. */
function epochMsOfDigits(digits: string): number {
  if (digits.length <= 11) return inRange(Number(digits) * 1_000);
  if (digits.length <= 14) return inRange(Number(digits));
  if (digits.length <= 17) return inRange(Number(digits.slice(0, -3)));
  return digits.length <= 20 ? inRange(Number(digits.slice(0, -6))) : Number.NaN;
}

function epochMsOfNumber(value: number): number {
  if (!Number.isFinite(value) || value < 0) return Number.NaN;
  if (value < 1e11) return inRange(Math.round(value * 1_000));
  return value < 1e20 ? epochMsOfDigits(BigInt(Math.floor(value)).toString()) : Number.NaN;
}

function inRange(epochMs: number): number {
  return epochMs <= LATEST_MS ? epochMs : Number.NaN;
}
