import { z } from "zod";
import { formatDurationMs, formatSizeBytes, parseDurationMs, parseSizeBytes } from "./quantity.ts";
import { Secret } from "./secret.ts";

/**
 * The kinds of fields a configuration is made of. Each call is the one declaration of a field:
 * type, limits and documentation; validation, JSON Schema and reference page are made from it.
 */
export interface FieldMeta {
  /** One sentence for the reference page. */
  readonly description: string;
  /** What a value looks like, for the reference page and for the remedy of a bad one. */
  readonly expects?: string;
  readonly kind?: "secret" | "path" | "reference";
}

const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

function issue(ctx: z.RefinementCtx, message: string, remedy: string): never {
  ctx.addIssue({ code: "custom", message, params: { remedy } });
  return z.NEVER;
}

export function text(doc: string, expects = "text") {
  return z.string().min(1).max(4_096).meta({ description: doc, expects });
}

/** The name of an input, rule, scope or sink: environment variables and metrics are made of it. */
export function name(doc: string) {
  const expects = "lower-case letters, digits and dashes, such as `ten-hosts`";
  return z
    .string()
    .refine((value) => NAME_PATTERN.test(value), {
      error: "is not a name",
      params: { remedy: `use ${expects}` },
    })
    .meta({ description: doc, expects });
}

/** The name of something that another part of the configuration defines. */
export function reference(what: string, doc: string) {
  return z
    .string()
    .min(1)
    .meta({ description: doc, expects: `the name of a ${what}`, kind: "reference" });
}

export function path(doc: string) {
  const expects = "a path, relative to this file";
  return z.string().min(1).max(4_096).meta({ description: doc, expects, kind: "path" });
}

export function flag(doc: string) {
  return z.boolean().meta({ description: doc, expects: "true or false" });
}

export function choice<const T extends readonly [string, ...string[]]>(values: T, doc: string) {
  return z.enum(values).meta({ description: doc, expects: `one of ${values.join(", ")}` });
}

export function count(limits: { min: number; max: number }, doc: string) {
  const expects = `a whole number from ${limits.min} to ${limits.max}`;
  return z.int().min(limits.min).max(limits.max).meta({ description: doc, expects });
}

/** Limits are written as the user writes values; the result is whole seconds. */
export function seconds(limits: { min: string; max: string }, doc: string) {
  return duration(limits, 1_000, doc);
}

/** Limits are written as the user writes values; the result is milliseconds. */
export function milliseconds(limits: { min: string; max: string }, doc: string) {
  return duration(limits, 1, doc);
}

function duration(limits: { min: string; max: string }, unitMs: number, doc: string) {
  const minMs = parseDurationMs(limits.min);
  const maxMs = parseDurationMs(limits.max);
  const expects = `a duration from ${formatDurationMs(minMs)} to ${formatDurationMs(maxMs)}`;
  const remedy = "write a whole number and a unit, such as 500ms, 10s, 5m, 24h or 7d";
  return z
    .string()
    .transform((value, ctx): number => {
      const ms = parseDurationMs(value);
      if (Number.isNaN(ms)) return issue(ctx, "is not a duration", remedy);
      if (ms < minMs || ms > maxMs) return issue(ctx, "is out of range", `use ${expects}`);
      if (ms % unitMs !== 0) return issue(ctx, "is not whole seconds", "round it to seconds");
      return ms / unitMs;
    })
    .meta({ description: doc, expects });
}

/** Limits are written as the user writes values; the result is bytes. */
export function size(limits: { min: string; max: string }, doc: string) {
  const minBytes = parseSizeBytes(limits.min);
  const maxBytes = parseSizeBytes(limits.max);
  const expects = `a size from ${formatSizeBytes(minBytes)} to ${formatSizeBytes(maxBytes)}`;
  const remedy = "write a whole number and a unit, such as 512B, 8KiB, 64MiB or 2GiB";
  return z
    .string()
    .transform((value, ctx): number => {
      const bytes = parseSizeBytes(value);
      if (Number.isNaN(bytes)) return issue(ctx, "is not a size", remedy);
      if (bytes < minBytes || bytes > maxBytes)
        return issue(ctx, "is out of range", `use ${expects}`);
      return bytes;
    })
    .meta({ description: doc, expects });
}

/** A value that is never printed; better given by `…_FILE` in the environment. */
export function secret(doc: string) {
  return z
    .string()
    .min(1)
    .max(4_096)
    .transform((value) => new Secret(value))
    .meta({ description: doc, expects: "text", kind: "secret" });
}

export function list<T extends z.ZodType>(
  item: T,
  limits: { min: number; max: number },
  doc: string,
) {
  return z.array(item).min(limits.min).max(limits.max).meta({ description: doc });
}
