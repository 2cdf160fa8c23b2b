import { promisify } from "node:util";
import * as zlib from "node:zlib";
import kafkajs, { type CompressionTypes as Compression } from "kafkajs";
import { KAFKA_UNPACKED_BYTES_MAX, UNPACKS_TO } from "./limits.ts";
import { unpackLz4 } from "./lz4.ts";
import { packSnappy, unpackSnappy } from "./snappy.ts";
import { StreamError } from "./stream-error.ts";

// Named imports from kafkajs fail at run time: it is CommonJS.
const { CompressionCodecs, CompressionTypes } = kafkajs;

interface Packing {
  readonly type: Exclude<Compression, Compression.None>;
  readonly name: string;
  /** Null where it is only read: what others send. */
  readonly pack: ((bytes: Buffer) => Promise<Buffer>) | null;
  readonly unpack: (packed: Buffer) => Promise<Buffer>;
}

interface Bounds {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

/** One way to pack or unpack: at once, or on another thread. */
interface Transform<Options> {
  readonly now: (input: Buffer, options: Options) => Buffer;
  readonly elsewhere: (input: Buffer, options: Options) => Promise<Buffer>;
}

/**
 * Each piece that is unpacked costs a turn of a thread, and is held as long as its records: most
 * batches are one or two pieces, and none holds much.
 */
const PIECE_BYTES_MIN = 1_024;
const PIECE_BYTES_MAX = 1_048_576;

/**
 * Handing bytes to another thread and back costs a quarter of a millisecond of a core: what takes
 * less is done at once. 128 KiB take that long to pack, and to unpack what 32 KiB usually hold.
 */
const PACK_AT_ONCE_BYTES = 131_072;
const UNPACK_AT_ONCE_BYTES = 32_768;

const GZIP: Transform<zlib.ZlibOptions> = {
  now: zlib.gzipSync,
  elsewhere: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip),
};
const ZSTD: Transform<zlib.ZstdOptions> = {
  now: zlib.zstdCompressSync,
  elsewhere: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdCompress),
};
const GUNZIP: Transform<Bounds> = {
  now: zlib.gunzipSync,
  elsewhere: promisify<Buffer, Bounds, Buffer>(zlib.gunzip),
};
const UNZSTD: Transform<Bounds> = {
  now: zlib.zstdDecompressSync,
  elsewhere: promisify<Buffer, Bounds, Buffer>(zlib.zstdDecompress),
};

const NOT_PACKED: number = CompressionTypes.None;

/** Their types are the numbers that a record batch says. gzip and zstd are Node's own. */
const PACKINGS: readonly Packing[] = [
  {
    type: CompressionTypes.GZIP,
    name: "gzip",
    pack: async (bytes) => packed(bytes, GZIP, {}),
    unpack: async (bytes) => unpacked(bytes, GUNZIP),
  },
  {
    type: CompressionTypes.Snappy,
    name: "snappy",
    pack: async (bytes) => packSnappy(bytes),
    unpack: async (packed) => unpackSnappy(packed, KAFKA_UNPACKED_BYTES_MAX, tooLarge),
  },
  {
    type: CompressionTypes.LZ4,
    name: "lz4",
    pack: null,
    unpack: async (packed) => unpackLz4(packed, KAFKA_UNPACKED_BYTES_MAX, tooLarge),
  },
  {
    type: CompressionTypes.ZSTD,
    name: "zstd",
    // Told its size, zstd makes tables of that size, and unpacking needs no window.
    pack: async (bytes) => packed(bytes, ZSTD, { pledgedSrcSize: bytes.length }),
    unpack: async (bytes) => unpacked(bytes, UNZSTD),
  },
];

/**
 * Registers what kafkajs has not, and bounds what it has. Its table is one per process, so this may
 * be called any number of times.
 */
export function registerCodecs(): void {
  for (const { type, name, pack } of PACKINGS) {
    CompressionCodecs[type] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => (pack ?? refuse(name))(buffer),
      decompress: (packed: Buffer) => unpack(type, packed),
    });
  }
}

/**
 * The records of a batch that is packed as `number` says; 0 is not at all. At most
 * KAFKA_UNPACKED_BYTES_MAX bytes; else `batch_unreadable`.
 */
export async function unpack(number: number, packed: Buffer): Promise<Buffer> {
  if (number === NOT_PACKED) return packed;
  const packing = PACKINGS.find(({ type }) => isType(type, number));
  if (packing === undefined) return refuse(`codec ${number}`)();
  try {
    return await packing.unpack(packed);
  } catch (error) {
    const isBomb = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    const what = isBomb
      ? `unpacks to more than ${KAFKA_UNPACKED_BYTES_MAX} bytes`
      : `cannot be unpacked (${String(error)})`;
    const size = `${packed.length} bytes of ${packing.name}`;
    // Without a cause: kafkajs would wrap that one and lose this.
    throw new StreamError("batch_unreadable", `a record batch of ${size} ${what}`);
  }
}

function packed<Options>(bytes: Buffer, { now, elsewhere }: Transform<Options>, options: Options) {
  return bytes.length < PACK_AT_ONCE_BYTES ? now(bytes, options) : elsewhere(bytes, options);
}

function unpacked(bytes: Buffer, { now, elsewhere }: Transform<Bounds>): Buffer | Promise<Buffer> {
  const expected = Math.max(bytes.length * UNPACKS_TO, PIECE_BYTES_MIN);
  const chunkSize = Math.min(expected, PIECE_BYTES_MAX);
  const bounds = { maxOutputLength: KAFKA_UNPACKED_BYTES_MAX, chunkSize };
  return bytes.length < UNPACK_AT_ONCE_BYTES ? now(bytes, bounds) : elsewhere(bytes, bounds);
}

function tooLarge(): Error {
  return Object.assign(new RangeError("too large"), { code: "ERR_BUFFER_TOO_LARGE" });
}

/** Named, so that whoever runs the producer knows what to change. */
function refuse(name: string) {
  return (): never => {
    const what = `a record batch is compressed with ${name}, which is not supported`;
    throw new StreamError("batch_unreadable", what);
  };
}

function isType(type: number, number: number): boolean {
  return type === number;
}
