import { isRecord, stepInto } from "./declaration.ts";

/** Reading a configuration that may be wrong anywhere: what does not fit is simply not there. */
export interface Entry {
  readonly index: number;
  readonly item: Readonly<Record<string, unknown>>;
}

/** The objects of a list, with where they stand. */
export function entriesOf(raw: unknown, key: string): Entry[] {
  const value = stepInto(raw, key);
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => (isRecord(item) ? [{ index, item }] : []));
}

export function namesOf(raw: unknown, key: string): string[] {
  return entriesOf(raw, key).flatMap(({ item }) => textOf(item["name"]) ?? []);
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The texts of a list, with where they stand. */
export function textsOf(value: unknown): [index: number, text: string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index): [number, string][] =>
    typeof item === "string" ? [[index, item]] : [],
  );
}
