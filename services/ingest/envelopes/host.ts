import { COLON, DASH } from "../core/bytes.ts";
import { MAX_HOST_BYTES } from "../core/limits.ts";

/**
 * Whether a token can be a host name as a header writes it: a name, an address, or a chain of them
 * (`relay/host`). Tags (`sshd[12]:`), quotes and control characters cannot.
 */
export function isHostToken(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > MAX_HOST_BYTES) return false;
  if (bytes[end - 1] === COLON && bytes[end - 2] !== COLON) return false;
  for (let at = start; at < end; at++) if (!fitsHost(bytes[at] ?? 0)) return false;
  return length > 1 || bytes[start] !== DASH;
}

/** Letters, digits, `.` `-` `_` `:` `/` `%` `@` `~`, and any byte of a name in another alphabet. */
function fitsHost(byte: number): boolean {
  if (byte >= 0x80) return true;
  const lower = byte | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  if (byte >= 0x2d && byte <= 0x3a) return true;
  return byte === 0x5f || byte === 0x25 || byte === 0x40 || byte === 0x7e;
}
