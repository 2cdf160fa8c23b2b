/** A host with its value of every scope, in the order of the definitions. */
export interface PreviewedHost {
  readonly host: string;
  readonly realm: string;
  /** As it was given. */
  readonly written: string;
  readonly scopes: readonly (string | null)[];
}

const EXAMPLES_SHOWN = 3;
const NONE = "(none)";

/** Per scope its values with how many hosts and some of them; those in none are named in full. */
export function previewText(scopes: readonly string[], hosts: readonly PreviewedHost[]): string {
  return scopes.map((scope, index) => scopeText(scope, index, hosts)).join("\n\n");
}

function scopeText(scope: string, index: number, hosts: readonly PreviewedHost[]): string {
  const byValue = new Map<string, string[]>();
  const inNone: string[] = [];
  for (const host of hosts) {
    const value = host.scopes[index] ?? null;
    const label = host.realm === "" ? host.host : `${host.realm}/${host.host}`;
    if (value === null) inNone.push(label);
    else labelsOf(byValue, value).push(label);
  }
  const values = [...byValue].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = values.reduce((most, [value]) => Math.max(most, value.length), NONE.length);
  const lines = values.map(([value, labels]) => row(value, width, labels, EXAMPLES_SHOWN));
  if (inNone.length > 0) lines.push(row(NONE, width, inNone, inNone.length));
  return [`${scope}:`, ...lines].join("\n");
}

function row(value: string, width: number, labels: readonly string[], shown: number): string {
  const count = `${labels.length.toLocaleString("en-US")} host${labels.length === 1 ? " " : "s"}`;
  const some = labels.slice(0, shown).join(", ");
  const more = labels.length > shown ? ", …" : "";
  return `  ${value.padEnd(width)}  ${count.padStart(12)}  ${some}${more}`;
}

function labelsOf(byValue: Map<string, string[]>, value: string): string[] {
  const known = byValue.get(value);
  if (known !== undefined) return known;
  const labels: string[] = [];
  byValue.set(value, labels);
  return labels;
}
