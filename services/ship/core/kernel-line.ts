import { formatTime } from "../../../lib/domain/time.ts";

const SPACE = 0x20;
const NEWLINE = 0x0a;
const TEXT_START = "kernel - - - ";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What this machine's kernel said. */
export interface KernelLine {
  /** Facility times 8 plus severity. */
  readonly priority: number;
  readonly timeMs: number;
  readonly host: string;
  readonly text: Uint8Array;
}

/**
 * As a line of RFC 5424, without a newline: its time has a year, a zone and milliseconds, so
 * whoever reads it, and however late, reads the same. A newline in the text becomes a blank.
 */
export function syslogLine({ priority, timeMs, host, text }: KernelLine): Uint8Array {
  const head = encoder.encode(`<${priority}>1 ${formatTime(timeMs)} ${host} ${TEXT_START}`);
  const line = new Uint8Array(head.length + text.length);
  line.set(head);
  for (let index = 0; index < text.length; index++) {
    line[head.length + index] = text[index] === NEWLINE ? SPACE : text[index]!;
  }
  return line;
}

/** A kernel line in the JSON form of contracts.md section 3. */
export interface LineObject {
  readonly type: "line";
  readonly host: string | null;
  readonly time: string | null;
  readonly text: string;
}

/**
 * A stored line as an object. One that `syslogLine` made comes apart again; any other is whole in
 * `text`, with the time and the host that stand in it.
 */
export function lineObject(line: Uint8Array, originHost: string | null): LineObject {
  const text = decoder.decode(line);
  const [version = "", time = "", host = ""] = text.split(" ", 3);
  const head = `${version} ${time} ${host} ${TEXT_START}`;
  const isOurs = version.startsWith("<") && version.endsWith(">1") && text.startsWith(head);
  if (!isOurs) return { type: "line", host: originHost, time: null, text };
  return { type: "line", host, time, text: text.slice(head.length) };
}
