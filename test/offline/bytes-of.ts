import type { ByteSource } from "../../offline/byte-source.ts";

/** A source of these bytes, handed over so many at a time. */
export function bytesOf(content: string | Uint8Array, atOnce = 7): ByteSource {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let pos = 0;
  return {
    name: "memory",
    sizeBytes: bytes.length,
    modifiedMs: null,
    get readBytes() {
      return pos;
    },
    trouble: null,
    read(buffer, at) {
      const count = Math.min(atOnce, bytes.length - pos, buffer.length - at);
      buffer.set(bytes.subarray(pos, pos + count), at);
      pos += count;
      return count;
    },
    close: () => undefined,
  };
}

export async function textOf(source: ByteSource, atOnce = 1_000): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(atOnce);
    const count = await source.read(buffer, 0);
    if (count === 0) return new TextDecoder().decode(Buffer.concat(chunks));
    chunks.push(buffer.subarray(0, count));
  }
}
