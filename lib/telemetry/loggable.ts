import type { Secret } from "../config/secret.ts";
import { CAUSES_MAX, FIELD_CHARS_MAX, SECRET_CHARS_MIN } from "./limits.ts";
import type { Fields } from "./messages.ts";

/** Fields as they may be logged: errors told in words, long texts cut. */
export function loggable(fields: Fields): Fields {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Error) told[name] = errorInWords(value);
    else if (typeof value === "string") told[name] = cut(value);
    else if (value !== undefined) told[name] = value;
  }
  return told;
}

/**
 * Code, message and remedy of trouble outside, with its causes; the stack only of a bug of ours.
 * Other properties of an error stay out: clients keep whole requests there, passwords included.
 */
function errorInWords(error: Error): Fields {
  const { code, remedy } = error as { readonly code?: unknown; readonly remedy?: unknown };
  const causes = causesOf(error).map(({ message }) => cut(message));
  return {
    ...(typeof code === "string" ? { code } : { name: error.name, stack: cut(error.stack ?? "") }),
    message: cut(error.message),
    ...(typeof remedy === "string" && !error.message.includes(remedy) ? { remedy } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  };
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  let cause = error.cause;
  while (cause instanceof Error && causes.length < CAUSES_MAX) {
    causes.push(cause);
    cause = cause.cause;
  }
  return causes;
}

function cut(text: string): string {
  return text.length <= FIELD_CHARS_MAX ? text : `${text.slice(0, FIELD_CHARS_MAX)}…`;
}

/** `user:password@` of any address, as libraries put it into their messages. */
const USER_INFO = /\/\/[^/\s@"]+@/g;

/**
 * The second net behind the type Secret: texts of libraries that repeat a secret they were given.
 * The result takes a line, also one of JSON, and hides every known secret in it.
 */
export function hiderOf(secrets: readonly Secret[]): (line: string) => string {
  const values = secrets.map((secret) => secret.reveal()).filter(isLong);
  const forms = new Set(values.flatMap((value) => [value, asInJson(value), encodeURI(value)]));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  return (line) => {
    let hidden = line.replace(USER_INFO, "//[secret]@");
    for (const form of longestFirst) hidden = hidden.replaceAll(form, "[secret]");
    return hidden;
  };
}

function isLong(value: string): boolean {
  return value.length >= SECRET_CHARS_MIN;
}

function asInJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
