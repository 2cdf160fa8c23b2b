import { Buffer } from "node:buffer";
import { epochMsOf, formatTime } from "../domain/time.ts";

/** One message, between its plain wire value (schemas/*.avsc) and its domain type. No logic. */
export interface Mapping<Domain> {
  toWire(value: Domain): unknown;
  /** Throws WireValueError on a value that the schema allows and the meaning does not. */
  fromWire(wire: never): Domain;
}

/** Becomes `bad_value`; thrown and caught inside lib/wire only. */
export class WireValueError extends Error {
  override readonly name = "WireValueError";
}

/** 9999-12-31T23:59:59.999Z: RFC 3339 has four digits for the year. */
const TIME_MS_MAX = 253_402_300_799_999;

/** Milliseconds since 1970 that a time of the contract can show. */
export function timeMsFromWire(ms: number): number {
  if (!(ms >= 0 && ms <= TIME_MS_MAX)) throw new WireValueError(`time ${ms}`);
  return ms;
}

export function timeTextFromWire(ms: number): string {
  return formatTime(timeMsFromWire(ms));
}

/** `2026-11-20T08:30:00.000Z`, the one form that lib/domain/time.ts writes. */
export function timeTextToWire(text: string): number {
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const ms =
    epochMsOf(part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16), part(17, 19)) +
    part(20, 23);
  if (!(ms >= 0 && ms <= TIME_MS_MAX) || formatTime(ms) !== text) {
    throw new WireValueError(`time ${text}`);
  }
  return ms;
}

/** A column as the codec writes it. */
export function columnToWire(column: ArrayLike<number>): number[] {
  return Array.isArray(column) ? (column as number[]) : Array.from(column);
}

/** The same memory, as the class that the codec insists on. */
export function bytesToWire(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function atLeast(minimum: number, value: number, what: string): number {
  if (!(value >= minimum)) throw new WireValueError(`${what} ${value}`);
  return value;
}

export function requireParallel(columns: Readonly<Record<string, ArrayLike<unknown>>>): void {
  const lengths = Object.values(columns).map((column) => column.length);
  if (new Set(lengths).size > 1) {
    throw new WireValueError(`columns ${Object.keys(columns).join(", ")} differ in length`);
  }
}
