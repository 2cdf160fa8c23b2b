import { BAD_JSON, isObject, own, parseJson } from "../envelopes/json-value.ts";
import { JsonSequence } from "../envelopes/json-sequence.ts";
import { LIMITS } from "../limits.ts";
import { HEC_ANSWERS, type HecAnswer } from "./hec-answer.ts";

const NEWLINE = 0x0a;
const BLANK = 0x20;
const OPEN_BRACE = 0x7b;

/** Where the lines of a request go. */
export interface HecLines {
  /** bytes[start, end) is one line without a newline in it; the bytes may be reused afterwards. */
  take(bytes: Uint8Array, start: number, end: number): void;
  /** Resolves when others have had their turn. */
  turn(): Promise<void>;
}

/** What a request to the raw endpoint says about all of its lines. */
export interface RawOrigin {
  readonly host: string | null;
  readonly time: string | null;
}

const decoder = new TextDecoder();

/**
 * The events of a body, each as the line of JSON it came as. Like Splunk it ends at the first bad
 * one and answers with its number; those before it are taken.
 */
export async function takeEvents(body: Buffer, lines: HecLines): Promise<HecAnswer> {
  const sequence = new JsonSequence(body);
  let sinceTurn = 0;
  for (let number = 0; ; number++) {
    const found = sequence.next();
    const { start, end } = sequence;
    if (found === "end") return number === 0 ? HEC_ANSWERS.noData : HEC_ANSWERS.success;
    const fault = found === "bad" ? HEC_ANSWERS.invalidFormat : faultOf(body, start, end);
    if (fault === HEC_ANSWERS.invalidFormat) takeBad(body, start, end, lines);
    if (fault !== null) return { ...fault, invalidEventNumber: number };
    withoutNewlines(body, start, end);
    lines.take(body, start, end);
    if (end - sinceTurn > LIMITS.bytesPerTurn) {
      await lines.turn();
      sinceTurn = end;
    }
  }
}

/** The lines of a body; what the request says about them goes around each. */
export async function takeRaw(
  body: Buffer,
  { host, time }: RawOrigin,
  lines: HecLines,
): Promise<HecAnswer> {
  if (body.length === 0) return HEC_ANSWERS.noData;
  const isBare = host === null && time === null;
  let sinceTurn = 0;
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline < 0 ? body.length : newline;
    if (isBare) lines.take(body, start, end);
    else {
      const event = decoder.decode(body.subarray(start, end));
      const wrapped = Buffer.from(
        JSON.stringify({ ...(time && { time }), ...(host && { host }), event }),
      );
      lines.take(wrapped, 0, wrapped.length);
    }
    start = end + 1;
    if (end - sinceTurn > LIMITS.bytesPerTurn) {
      await lines.turn();
      sinceTurn = end;
    }
  }
  return HEC_ANSWERS.success;
}

function faultOf(body: Buffer, start: number, end: number): HecAnswer | null {
  const value = parseJson(body.toString("utf8", start, end));
  if (value === BAD_JSON || !isObject(value)) return HEC_ANSWERS.invalidFormat;
  const event = own(value, "event") ?? null;
  if (event === null) return HEC_ANSWERS.eventRequired;
  if (event === "") return HEC_ANSWERS.eventBlank;
  const fields = own(value, "fields");
  return fields === undefined || isObject(fields) ? null : HEC_ANSWERS.badFields;
}

/** Its beginning, so that it ends as a reject whose bytes a person can look at. */
function takeBad(body: Buffer, start: number, end: number, lines: HecLines): void {
  if (body[start] !== OPEN_BRACE || start === end) return;
  const cut = Math.min(end, start + LIMITS.lineBytesMax);
  withoutNewlines(body, start, cut);
  lines.take(body, start, cut);
}

/** Between the tokens of JSON a newline says as much as a blank; inside a text there is none. */
function withoutNewlines(body: Buffer, start: number, end: number): void {
  const range = body.subarray(start, end);
  for (let at = range.indexOf(NEWLINE); at >= 0; at = range.indexOf(NEWLINE, at)) range[at] = BLANK;
}
