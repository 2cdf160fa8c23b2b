import { createRequire } from "node:module";

/** snappyjs 0.7.0; it brings no types. */
interface SnappyJs {
  compress(bytes: Buffer): Buffer;
  uncompress(bytes: Buffer, lengthMax: number): Buffer;
}
const snappyjs = createRequire(import.meta.url)("snappyjs") as SnappyJs;

/** How Java's producers frame it: a head of 16 bytes, then blocks, each after its length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEAD_BYTES = 16;

/** Encoders cut into blocks of 64 KiB; a literal of four length bytes is no encoder's. */
const LENGTH_BYTES_MAX = 3;

export function packSnappy(bytes: Buffer): Buffer {
  return snappyjs.compress(bytes);
}

/**
 * One block as librdkafka writes it, or Java's frame of several. Throws what `tooLarge` makes where
 * it would unpack to more than `bytesMax`, and a RangeError where it is no snappy.
 */
export function unpackSnappy(packed: Buffer, bytesMax: number, tooLarge: () => Error): Buffer {
  const blocks = packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
    ? blocksOf(packed)
    : [packed];
  let left = bytesMax;
  const unpacked = blocks.map((block) => {
    const length = lengthOf(block);
    if (length > left) throw tooLarge();
    left -= length;
    return snappyjs.uncompress(block, length);
  });
  return unpacked.length === 1 ? unpacked[0]! : Buffer.concat(unpacked);
}

function blocksOf(packed: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEAD_BYTES; at < packed.length;) {
    const length = packed.readUInt32BE(at);
    const end = at + 4 + length;
    if (end > packed.length) throw new RangeError("a snappy block is cut off");
    blocks.push(packed.subarray(at + 4, end));
    at = end;
  }
  return blocks;
}

/**
 * What a block says it unpacks to, once its elements add up to just that: snappyjs looks at neither
 * and can be sent round in circles by a negative length.
 */
function lengthOf(block: Buffer): number {
  let at = 0;
  let said = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = block.readUInt8(at++);
    said += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
    if (at > 4) throw new RangeError("the length of a snappy block has more than 5 bytes");
  }
  let length = 0;
  while (at < block.length) {
    const tag = block.readUInt8(at++);
    const kind = tag & 3;
    if (kind !== 0) {
      length += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      at += kind === 1 ? 1 : kind === 2 ? 2 : 4;
      continue;
    }
    const lengthBytes = Math.max(0, (tag >> 2) - 59);
    if (lengthBytes > LENGTH_BYTES_MAX) throw new RangeError("a snappy literal is too long");
    const literal = lengthBytes === 0 ? tag >> 2 : block.readUIntLE(at, lengthBytes);
    length += literal + 1;
    at += lengthBytes + literal + 1;
  }
  if (at !== block.length || length !== said) {
    throw new RangeError(`a snappy block of ${said} bytes holds ${length}`);
  }
  return said;
}
