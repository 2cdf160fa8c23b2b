import type { ControlMatcher } from "../lib/domain/control.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Trouble } from "../lib/process/trouble.ts";

/** Words for a matcher's field, and the path of the incident that each stands for. */
const FIELDS: Readonly<Record<string, string>> = {
  rule: "rule",
  scope: "scope",
  value: "value",
  site: "site",
  severity: "severity",
  kind: "kind",
  host: "hosts.list.host",
  signal: "measure.signals.signal",
};

/** `site=fra1 severity=low,medium`: of each field one of the values, and every field. */
export function matchersOf(words: readonly string[]): readonly ControlMatcher[] {
  return words.map((word) => {
    const at = word.indexOf("=");
    const name = word.slice(0, Math.max(at, 0));
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    const values = word
      .slice(at + 1)
      .split(",")
      .filter((value) => value !== "");
    if (field === undefined || values.length === 0) throw badMatcher(word);
    return { field, values };
  });
}

function badMatcher(word: string): Trouble {
  const remedy = `write field=value[,value]; fields are ${Object.keys(FIELDS).join(", ")}`;
  return new Trouble("matcher_bad", `${word} matches nothing`, remedy, EXIT_CODES.usage);
}
