/**
 * Text from outside, made safe to print: control characters and those that turn the direction of
 * text become `\u001b`, which is what JSON writes too. Newlines and tabs stay in human text.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escape);
}

/** A value as JSON, in which DEL, C1 and turns of direction are escaped too. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, escape);
}

/** C0 without tab and newline, DEL, C1, turns of direction, line and paragraph separators. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
