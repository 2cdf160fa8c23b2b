import { z } from "zod";
import type { FieldMeta } from "./field.ts";

/**
 * Reads the declaration itself: what keys there are, what a key takes. Validation is zod's; this is
 * for what zod does not do: overrides by environment, remedies, and the reference page.
 */
export type Shape = Readonly<Record<string, z.core.$ZodType>>;

export interface Unwrapped {
  readonly schema: z.core.$ZodType;
  readonly optional: boolean;
  /** As a user would write it; undefined where there is none. */
  readonly fallback: unknown;
  readonly meta: Partial<FieldMeta>;
}

/** Takes off what wraps a field: its default, that it is optional, what turns it into our type. */
export function unwrap(schema: z.core.$ZodType): Unwrapped {
  let inner = schema;
  let optional = false;
  let fallback: unknown;
  let meta: Partial<FieldMeta> = {};
  for (;;) {
    meta = { ...(z.globalRegistry.get(inner) as Partial<FieldMeta> | undefined), ...meta };
    const def = (inner as z.core.$ZodTypes)._zod.def;
    if (def.type === "optional") {
      optional = true;
      inner = def.innerType;
    } else if (def.type === "prefault") {
      optional = true;
      fallback = def.defaultValue;
      inner = def.innerType;
    } else if (def.type === "pipe") {
      inner = def.in;
    } else {
      return { schema: inner, optional, fallback, meta };
    }
  }
}

/** The keys of an object; null for anything else. */
export function shapeOf(schema: z.core.$ZodType): Shape | null {
  const def = (unwrap(schema).schema as z.core.$ZodTypes)._zod.def;
  return def.type === "object" ? def.shape : null;
}

/** What a list holds; null for anything else. */
export function itemOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  const def = (unwrap(schema).schema as z.core.$ZodTypes)._zod.def;
  return def.type === "array" ? def.element : null;
}

export interface Variants {
  /** The key that tells them apart: `type` or `from`. */
  readonly key: string;
  readonly options: ReadonlyMap<string, z.core.$ZodType>;
}

/** The variants of a one-of; null for anything else. */
export function variantsOf(schema: z.core.$ZodType): Variants | null {
  const def = (unwrap(schema).schema as z.core.$ZodTypes)._zod.def;
  if (def.type !== "union" || !("discriminator" in def)) return null;
  const key = String(def.discriminator);
  const options = new Map<string, z.core.$ZodType>();
  for (const option of def.options) {
    const literal = shapeOf(option)?.[key];
    if (literal !== undefined) options.set(literalOf(literal), option);
  }
  return { key, options };
}

function literalOf(schema: z.core.$ZodType): string {
  const def = (unwrap(schema).schema as z.core.$ZodTypes)._zod.def;
  return def.type === "literal" ? String(def.values[0]) : "";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The declaration of what stands at a place of a raw configuration; null where nothing may. */
export function schemaAt(
  root: z.core.$ZodType,
  raw: unknown,
  path: readonly (string | number)[],
): z.core.$ZodType | null {
  let schema: z.core.$ZodType | null = root;
  let value = raw;
  for (const step of path) {
    if (schema === null) return null;
    schema = typeof step === "number" ? itemOf(schema) : keyOf(schema, value, step);
    value = stepInto(value, step);
  }
  return schema;
}

/** The keys that an object may have, of the variant that the value says it is. */
export function shapeFor(schema: z.core.$ZodType, value: unknown): Shape | null {
  const variants = variantsOf(schema);
  if (variants === null) return shapeOf(schema);
  const chosen = isRecord(value) ? value[variants.key] : undefined;
  const option = typeof chosen === "string" ? variants.options.get(chosen) : undefined;
  return option === undefined ? null : shapeOf(option);
}

function keyOf(schema: z.core.$ZodType, value: unknown, key: string): z.core.$ZodType | null {
  const shape = shapeFor(schema, value);
  return shape !== null && Object.hasOwn(shape, key) ? (shape[key] ?? null) : null;
}

export function stepInto(value: unknown, step: string | number): unknown {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce(stepInto, root);
}

/** The variants that the key at a place tells apart; null where it is no such key. */
export function variantsAt(
  root: z.core.$ZodType,
  raw: unknown,
  path: readonly (string | number)[],
): Variants | null {
  const owner = path.length === 0 ? null : schemaAt(root, raw, path.slice(0, -1));
  const variants = owner === null ? null : variantsOf(owner);
  return variants?.key === path.at(-1) ? variants : null;
}
