import { isDigits } from "./digits.ts";
import { MAX_JSON_DEPTH } from "../core/limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Not JSON, or deeper than any shipper's. */
export const BAD_JSON = Symbol("bad json");

/** Digits from which on a whole number may not fit a double; 2^53 has 16. */
const LONG_INTEGER_DIGITS = 16;

/**
 * JSON of one line. Whole numbers beyond 2^53 come as bigint, so that nanoseconds and counters keep
 * every digit. `__proto__` is a key like any other here: read keys with `own`.
 */
export function parseJson(text: string): unknown {
  const shape = scanShape(text);
  if (shape.depth > MAX_JSON_DEPTH) return BAD_JSON;
  try {
    return shape.hasLongInteger ? JSON.parse(text, keepDigits as never) : JSON.parse(text);
  } catch {
    return BAD_JSON;
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return isDigits(source) ? BigInt(source) : value;
}

function scanShape(text: string): { depth: number; hasLongInteger: boolean } {
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let longest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at++;
      else if (code === 0x22) quoted = false;
      continue;
    }
    digits = code >= 0x30 && code <= 0x39 ? digits + 1 : 0;
    if (digits > longest) longest = digits;
    if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { depth: deepest, hasLongInteger: longest >= LONG_INTEGER_DIGITS };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own value of a key, never one of its prototype. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The first of these keys that holds text with something in it. */
export function firstText(object: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = own(object, key);
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/** The object under a key, or an empty one. */
export function child(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : {};
}

export function list(object: JsonObject, key: string): readonly unknown[] {
  const value = own(object, key);
  return Array.isArray(value) ? value : [];
}
