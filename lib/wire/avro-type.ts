/** A schema with its names resolved; a tree, because recursion is refused while it is built. */
export type AvroType =
  | { readonly kind: Primitive }
  | { readonly kind: "fixed"; readonly name: string; readonly size: number }
  | AvroEnum
  | { readonly kind: "array"; readonly items: AvroType }
  | { readonly kind: "map"; readonly items: AvroType }
  | { readonly kind: "union"; readonly branches: readonly AvroType[] }
  | AvroRecord;

export interface AvroEnum {
  readonly kind: "enum";
  readonly name: string;
  readonly doc: unknown;
  readonly symbols: readonly string[];
  readonly default: unknown;
}

export interface AvroField {
  readonly name: string;
  readonly doc: unknown;
  readonly type: AvroType;
  /** Undefined when the field has none. */
  readonly default: unknown;
}

export interface AvroRecord {
  readonly kind: "record";
  readonly name: string;
  readonly doc: unknown;
  readonly fields: readonly AvroField[];
}

export const PRIMITIVES = [
  "null",
  "boolean",
  "int",
  "long",
  "float",
  "double",
  "bytes",
  "string",
] as const;
export type Primitive = (typeof PRIMITIVES)[number];

export function isPrimitive(name: string): name is Primitive {
  return (PRIMITIVES as readonly string[]).includes(name);
}

/** The full name of a definition or reference (Avro 1.12 specification, "Names"). */
export function fullName(name: string, namespace: string): string {
  return name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
}

export function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** Fewest bytes that a value of this type takes. */
export function leastBytes(type: AvroType): number {
  switch (type.kind) {
    case "null":
      return 0;
    case "float":
      return 4;
    case "double":
      return 8;
    case "fixed":
      return type.size;
    case "record":
      return type.fields.reduce((sum, field) => sum + leastBytes(field.type), 0);
    case "union":
      return 1 + Math.min(...type.branches.map(leastBytes));
    default:
      return 1;
  }
}
