const NEWLINE = 0x0a;
const BLANK = 0x20;
const ZERO = 0x30;
const THREE = 0x33;

/** `sl`, `local_address` and `rem_address` stand before the state. */
const STATE_COLUMN = 3;

/**
 * How many connections of /proc/net/tcp or tcp6 are in SYN_RECV (`03`, include/net/tcp_states.h).
 * Sockets of half-open connections stand there since Linux 4.4. One pass, for a flood makes it
 * long.
 */
export function countSynReceived(bytes: Uint8Array): number {
  let count = 0;
  let at = bytes.indexOf(NEWLINE) + 1;
  while (at > 0 && at < bytes.length) {
    at = columnStart(bytes, at, STATE_COLUMN);
    if (bytes[at] === ZERO && bytes[at + 1] === THREE && bytes[at + 2] === BLANK) count += 1;
    at = bytes.indexOf(NEWLINE, at) + 1;
  }
  return count;
}

/** Where the column begins, or where the line ends. */
function columnStart(bytes: Uint8Array, start: number, column: number): number {
  let at = skipBlanks(bytes, start);
  for (let index = 0; index < column; index++) {
    while (at < bytes.length && bytes[at] !== BLANK && bytes[at] !== NEWLINE) at++;
    at = skipBlanks(bytes, at);
  }
  return at;
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === BLANK) at++;
  return at;
}
