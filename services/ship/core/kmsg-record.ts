const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const LOWER_X = 0x78;

/** One read of /dev/kmsg. */
export interface KmsgRecord {
  /** As in syslog: facility times 8 plus severity. Facility 0 is the kernel, and nobody else's. */
  readonly priority: number;
  /** Grows by one per record of a boot; a step is what was overwritten. */
  readonly sequence: number;
  /** Microseconds on the kernel's own clock, which begins at the boot. */
  readonly clockUs: number;
  /** Without its escapes; a newline inside it may be there. */
  readonly text: Uint8Array;
}

/**
 * `6,1234,601749973,-[,more];text\n KEY=value\n`: Linux Documentation/ABI/testing/dev-kmsg. Bytes
 * below 32, above 126 and the backslash come as `\x5c`. Null where it is none.
 */
export function readKmsgRecord(bytes: Uint8Array, length: number): KmsgRecord | null {
  const priority = numberAt(bytes, 0, length);
  const sequence = priority && numberAt(bytes, priority.end, length);
  const clock = sequence && numberAt(bytes, sequence.end, length);
  if (!clock) return null;
  const semicolon = bytes.subarray(0, length).indexOf(SEMICOLON, clock.end);
  if (semicolon < 0) return null;
  const newline = bytes.subarray(0, length).indexOf(NEWLINE, semicolon);
  const text = bytes.subarray(semicolon + 1, newline < 0 ? length : newline);
  return {
    priority: priority.value,
    sequence: sequence.value,
    clockUs: clock.value,
    text: withoutEscapes(text),
  };
}

/** Digits from `start` to a comma; `end` is behind it. */
function numberAt(
  bytes: Uint8Array,
  start: number,
  length: number,
): { readonly value: number; readonly end: number } | null {
  let value = 0;
  let pos = start;
  for (; pos < length; pos++) {
    const byte = bytes[pos]!;
    if (byte < DIGIT_0 || byte > DIGIT_9) break;
    value = value * 10 + (byte - DIGIT_0);
  }
  const isWhole = pos > start && bytes[pos] === COMMA && pos < length;
  return isWhole && Number.isSafeInteger(value) ? { value, end: pos + 1 } : null;
}

function withoutEscapes(text: Uint8Array): Uint8Array {
  if (!text.includes(BACKSLASH)) return text.slice();
  const plain = new Uint8Array(text.length);
  let length = 0;
  for (let pos = 0; pos < text.length; pos++) {
    const escaped =
      text[pos] === BACKSLASH && text[pos + 1] === LOWER_X ? hexAt(text, pos + 2) : -1;
    plain[length++] = escaped < 0 ? text[pos]! : escaped;
    if (escaped >= 0) pos += 3;
  }
  return plain.subarray(0, length);
}

function hexAt(text: Uint8Array, pos: number): number {
  const high = hexDigit(text[pos]);
  const low = hexDigit(text[pos + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= DIGIT_0 && byte <= DIGIT_9) return byte - DIGIT_0;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
