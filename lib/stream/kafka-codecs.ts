import { promisify } from "node:util";
import { gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";
import { KAFKA_UNPACKED_BYTES_MAX } from "./limits.ts";
import { StreamError } from "./stream-error.ts";

// Named imports from kafkajs fail at run time: it is CommonJS.
const { CompressionCodecs, CompressionTypes } = kafkajs;

type Transform = (input: Buffer, options: { maxOutputLength?: number }) => Promise<Buffer>;

/**
 * gzip and zstd by Node's own zlib, with a bound on what a batch may unpack to. kafkajs has no such
 * bound, and no zstd. Its table is one per process, so this may be called any number of times.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = codec("gzip", promisify(gzip), promisify(gunzip));
  CompressionCodecs[CompressionTypes.ZSTD] = codec(
    "zstd",
    promisify(zstdCompress),
    promisify(zstdDecompress),
  );
  CompressionCodecs[CompressionTypes.Snappy] = missing("snappy");
  CompressionCodecs[CompressionTypes.LZ4] = missing("lz4");
}

function codec(name: string, pack: Transform, unpack: Transform) {
  return () => ({
    compress: ({ buffer }: { buffer: Buffer }) => pack(buffer, {}),
    async decompress(packed: Buffer): Promise<Buffer> {
      try {
        return await unpack(packed, { maxOutputLength: KAFKA_UNPACKED_BYTES_MAX });
      } catch (error) {
        const isBomb = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
        const what = isBomb
          ? `unpacks to more than ${KAFKA_UNPACKED_BYTES_MAX} bytes`
          : `cannot be unpacked (${String(error)})`;
        const size = `${packed.length} bytes of ${name}`;
        // Without a cause: kafkajs would wrap that one and lose this.
        throw new StreamError("batch_unreadable", `a record batch of ${size} ${what}`);
      }
    },
  });
}

/** Named, so that whoever runs the producer knows what to change. */
function missing(name: string) {
  const refuse = (): never => {
    const what = `a record batch is compressed with ${name}, which is not supported`;
    throw new StreamError("batch_unreadable", what);
  };
  return () => ({
    compress: async () => refuse(),
    decompress: async () => refuse(),
  });
}
