/** One line of a Prometheus exposition. */
export interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: string;
  /** Milliseconds since 1970 UTC as written; empty for most. */
  readonly timestamp: string;
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** Longer than any of a counter. */
const MAX_LINE_LENGTH = 4_096;

/**
 * The series of a Prometheus text exposition, format 0.0.4, whose names begin with one of
 * `prefixes`: an exporter has thousands, and some dozens of them are looked for. What is no series
 * is passed over; `isWhole` is false where the last line was cut.
 */
export function readExposition(
  text: string,
  prefixes: readonly string[],
): { readonly series: readonly Series[]; readonly isWhole: boolean } {
  const series: Series[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (prefixes.some((prefix) => text.startsWith(prefix, start))) {
      const line = end - start <= MAX_LINE_LENGTH ? readSeries(text.slice(start, end)) : null;
      if (line !== null) series.push(line);
    }
    start = end + 1;
  }
  return { series, isWhole: text.endsWith("\n") };
}

/** Null where the line is none. */
export function readSeries(line: string): Series | null {
  const brace = line.indexOf("{");
  const blank = line.indexOf(" ");
  if (brace < 0 || (blank >= 0 && blank < brace)) {
    return blank <= 0 ? null : seriesOf(line.slice(0, blank), NO_LABELS, line.slice(blank));
  }
  const labels = new Map<string, string>();
  let at = brace + 1;
  while (line[at] !== "}") {
    const equals = line.indexOf("=", at);
    if (equals < 0 || line[equals + 1] !== '"') return null;
    const value = quoted(line, equals + 2);
    if (value === null) return null;
    labels.set(line.slice(at, equals).trim(), value.text);
    at = value.end;
    if (line[at] === ",") at++;
    while (line[at] === " ") at++;
    if (at >= line.length) return null;
  }
  return seriesOf(line.slice(0, brace).trim(), labels, line.slice(at + 1));
}

function seriesOf(name: string, labels: Series["labels"], rest: string): Series | null {
  const [value = "", timestamp = ""] = rest.trim().split(" ");
  return value === "" ? null : { name, labels, value, timestamp };
}

/** The text up to its quote, where `\\`, `\"` and `\n` stand for others, and what is behind it. */
function quoted(line: string, start: number): { text: string; end: number } | null {
  let text = "";
  for (let at = start; at < line.length; at++) {
    const letter = line[at]!;
    if (letter === '"') return { text, end: at + 1 };
    if (letter !== "\\") text += letter;
    else {
      at += 1;
      text += line[at] === "n" ? "\n" : (line[at] ?? "");
    }
  }
  return null;
}
