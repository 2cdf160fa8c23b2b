const NEWLINE = 0x0a;
const encoder = new TextEncoder();

/**
 * Lines, each ended by one newline, as frames of RFC 6587 section 3.4.1: `MSG-LEN SP SYSLOG-MSG`,
 * so that nothing in a line can end it.
 */
export function octetFrames(lines: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (const line of linesOf(lines)) {
    const head = encoder.encode(`${line.length} `);
    pieces.push(head, line);
    bytes += head.length + line.length;
  }
  const frames = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    frames.set(piece, at);
    at += piece.length;
  }
  return frames;
}

/** Views on the lines, without their newlines. Empty ones are none. */
export function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
