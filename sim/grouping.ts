/** Line numbers sorted by a small key; group k begins at starts[k] and ends at starts[k + 1]. */
export interface Grouping {
  readonly lines: Uint32Array;
  readonly starts: Uint32Array;
}

/** Counting sort: lines of one key keep their order; keys are 0 to keyCount - 1. */
export function groupLines(
  lines: Uint32Array,
  keyCount: number,
  keyOf: (line: number) => number,
): Grouping {
  const starts = new Uint32Array(keyCount + 1);
  for (const line of lines) {
    const after = keyOf(line) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let key = 1; key <= keyCount; key += 1) {
    starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
  }
  const next = starts.slice();
  const sorted = new Uint32Array(lines.length);
  for (const line of lines) {
    const key = keyOf(line);
    const place = next[key] ?? 0;
    sorted[place] = line;
    next[key] = place + 1;
  }
  return { lines: sorted, starts };
}

export function group(grouping: Grouping, key: number): Uint32Array {
  return grouping.lines.subarray(grouping.starts[key], grouping.starts[key + 1]);
}

/** 0, 1, 2, … */
export function lineNumbers(count: number): Uint32Array {
  return new Uint32Array(count).map((_, line) => line);
}
