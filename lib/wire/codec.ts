import { Buffer } from "node:buffer";
import avro from "avsc";
import type { Type } from "avsc";
import { assert } from "../domain/assert.ts";
import type { Admission } from "./admission.ts";
import { compileAdmission } from "./admission.ts";
import { parseAvroSchema } from "./avro-parse.ts";
import type { DecodeFailure } from "./decode-failure.ts";
import { failure } from "./decode-failure.ts";
import { fingerprint } from "./fingerprint.ts";
import type { RegisteredSchemas } from "./registered-schemas.ts";
import { bombsIn } from "./schema-lint.ts";
import type { SchemaCatalogue } from "./schema.ts";
import { RECORD_BYTES_MAX } from "./topics.ts";

/** Single-object encoding (Avro 1.12): C3 01, fingerprint little-endian, body. */
const MARKER_0 = 0xc3;
const MARKER_1 = 0x01;
const SINGLE_OBJECT_HEADER_BYTES = 10;

/** Confluent framing: 00, schema id big-endian, body. */
const CONFLUENT_HEADER_BYTES = 5;

const SCRATCH_BYTES = 65_536;

/**
 * Schemas of a registry that are kept compiled: a registry is not ours and may grow without end.
 */
const REGISTERED_MAX = 256;

export interface DecodedRecord {
  readonly ok: true;
  /**
   * Of our catalogue; a stranger's own name when the schema came from a registry and is not ours.
   */
  readonly name: string;
  readonly isOurs: boolean;
  readonly value: unknown;
}

export interface CodecOptions {
  readonly recordBytesMax?: number;
  /** Without it, Confluent framing is an unknown schema. */
  readonly registry?: RegisteredSchemas;
}

/** How one writer's bytes become one reader's value. */
interface Reading {
  readonly name: string;
  readonly isOurs: boolean;
  readonly admit: Admission;
  readonly type: Type;
  /** Undefined when writer and reader are the same schema. */
  readonly resolver: ReturnType<Type["createResolver"]> | undefined;
}

interface Writing {
  readonly type: Type;
  readonly header: Buffer;
}

/** Bytes to plain values and back, for every version of every schema of a catalogue. */
export class Codec {
  readonly #recordBytesMax: number;
  readonly #registry: RegisteredSchemas | undefined;
  readonly #catalogue: SchemaCatalogue;
  readonly #writings = new Map<string, Writing>();
  readonly #schemas = new Map<bigint, { name: string; schema: unknown }>();
  readonly #readings = new Map<bigint, Reading>();
  readonly #registered = new Map<number, Reading | DecodeFailure>();
  #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

  /** Throws when a schema of the catalogue is unsafe or one version cannot be read: our own bug. */
  constructor(catalogue: SchemaCatalogue, options: CodecOptions = {}) {
    this.#catalogue = catalogue;
    this.#recordBytesMax = options.recordBytesMax ?? RECORD_BYTES_MAX;
    this.#registry = options.registry;
    for (const [name, schema] of catalogue.current) {
      assertSafe(name, schema);
      const header = Buffer.from([MARKER_0, MARKER_1, 0, 0, 0, 0, 0, 0, 0, 0]);
      header.writeBigUInt64LE(fingerprint(schema), 2);
      this.#writings.set(name, { type: typeOf(schema), header });
      const versions = catalogue.history.get(name) ?? [];
      for (const written of [schema, ...versions.map((version) => version.schema)]) {
        assertSafe(name, written);
        const crc = fingerprint(written);
        const known = this.#schemas.get(crc);
        assert(known === undefined || known.name === name, `${name} has a doubled fingerprint`);
        this.#schemas.set(crc, { name, schema: written });
      }
    }
  }

  /** A record of its own memory. Throws on a value that does not fit its schema: our own bug. */
  encode(name: string, value: unknown): Uint8Array {
    const writing = this.#writings.get(name);
    assert(writing !== undefined, `no schema is called ${name}`);
    writing.header.copy(this.#scratch);
    let end = writing.type.encode(value, this.#scratch, SINGLE_OBJECT_HEADER_BYTES);
    if (end < 0) {
      const needed = this.#scratch.length - end;
      assert(needed <= this.#recordBytesMax, `${name} takes ${needed} bytes: cut before encoding`);
      this.#scratch = Buffer.allocUnsafe(Math.max(needed, this.#scratch.length * 2));
      writing.header.copy(this.#scratch);
      end = writing.type.encode(value, this.#scratch, SINGLE_OBJECT_HEADER_BYTES);
    }
    assert(end <= this.#recordBytesMax, `${name} takes ${end} bytes: cut before encoding`);
    return Uint8Array.prototype.slice.call(this.#scratch, 0, end);
  }

  /** Any bytes: a value of the current schema, or why not. Never throws. */
  decode(bytes: Uint8Array): DecodedRecord | DecodeFailure {
    if (bytes.length > this.#recordBytesMax) return failure("too_large", `${bytes.length} bytes`);
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (view[0] === MARKER_0 && view[1] === MARKER_1) return this.#decodeSingleObject(view);
    if (view[0] === 0) return this.#decodeConfluent(view);
    return failure("not_avro", "neither single-object encoding nor Confluent framing");
  }

  #decodeSingleObject(view: Buffer): DecodedRecord | DecodeFailure {
    if (view.length < SINGLE_OBJECT_HEADER_BYTES) return failure("truncated", "header");
    const crc = view.readBigUInt64LE(2);
    let reading = this.#readings.get(crc);
    if (reading === undefined) {
      const written = this.#schemas.get(crc);
      if (written === undefined) {
        return failure("unknown_schema", `fingerprint ${crc.toString(16).padStart(16, "0")}`);
      }
      reading = this.#readingOf(written.name, written.schema);
      this.#readings.set(crc, reading);
    }
    return read(reading, view, SINGLE_OBJECT_HEADER_BYTES);
  }

  #decodeConfluent(view: Buffer): DecodedRecord | DecodeFailure {
    if (view.length < CONFLUENT_HEADER_BYTES) return failure("not_avro", "one zero byte");
    const id = view.readUInt32BE(1);
    const reading = this.#registered.get(id) ?? this.#register(id);
    return "ok" in reading ? reading : read(reading, view, CONFLUENT_HEADER_BYTES);
  }

  #register(id: number): Reading | DecodeFailure {
    const found = this.#registry?.find(id);
    if (found?.state === "unavailable") return failure("schema_unavailable", `schema id ${id}`);
    if (found?.state !== "known") return failure("unknown_schema", `schema id ${id}`);
    const reading = this.#readingOfStranger(found.schema);
    if (this.#registered.size >= REGISTERED_MAX) this.#registered.clear();
    this.#registered.set(id, reading);
    return reading;
  }

  /** A registered schema of ours is resolved; any other is read as its writer wrote it. */
  #readingOfStranger(schema: unknown): Reading | DecodeFailure {
    const problem = bombsIn(schema)[0];
    if (problem !== undefined)
      return failure("unsafe_schema", `${problem.rule} at ${problem.path}`);
    try {
      const name = this.#nameOf(schema);
      if (name !== undefined) return this.#readingOf(name, schema);
      const type = typeOf(schema);
      const admit = admissionOf(schema);
      return { name: type.name ?? "", isOurs: false, admit, type, resolver: undefined };
    } catch (error) {
      return failure("incompatible_schema", messageOf(error));
    }
  }

  #nameOf(schema: unknown): string | undefined {
    const wanted = recordNameOf(schema);
    for (const [name, current] of this.#catalogue.current) {
      if (wanted !== undefined && recordNameOf(current) === wanted) return name;
    }
    return undefined;
  }

  #readingOf(name: string, written: unknown): Reading {
    const current = this.#catalogue.current.get(name);
    const type = typeOf(current);
    const isSame = fingerprint(current) === fingerprint(written);
    const resolver = isSame ? undefined : type.createResolver(typeOf(written));
    return { name, isOurs: true, admit: admissionOf(written), type, resolver };
  }
}

/** Why a reader with one schema could not read what the other wrote; null when it can. */
export function incompatibility(reader: unknown, writer: unknown): string | null {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function read(reading: Reading, view: Buffer, start: number): DecodedRecord | DecodeFailure {
  const verdict = reading.admit(view, start);
  if (verdict !== "admitted") return failure(verdict, reading.name);
  try {
    const { value, offset } = reading.type.decode(view, start, reading.resolver);
    if (offset !== view.length) return failure("bad_value", `${reading.name} ends at ${offset}`);
    return { ok: true, name: reading.name, isOurs: reading.isOurs, value: value as unknown };
  } catch (error) {
    return failure("bad_value", messageOf(error));
  }
}

function typeOf(schema: unknown): Type {
  // Logical types stay Numbers, and a union is its plain value: mappings say what they mean.
  return avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], {
    logicalTypes: {},
    omitRecordMethods: true,
    wrapUnions: "never",
  });
}

function recordNameOf(schema: unknown): string | undefined {
  const parsed = parseAvroSchema(schema);
  return parsed.ok && parsed.type.kind === "record" ? parsed.type.name : undefined;
}

function admissionOf(schema: unknown): Admission {
  const parsed = parseAvroSchema(schema);
  assert(parsed.ok, "a schema is checked before it is compiled");
  return compileAdmission(parsed.type);
}

function assertSafe(name: string, schema: unknown): void {
  const problem = bombsIn(schema)[0];
  assert(problem === undefined, `schema ${name}: ${problem?.rule} at ${problem?.path}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
