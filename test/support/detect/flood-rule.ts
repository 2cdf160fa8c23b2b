import { rulesOf } from "../../../lib/config/rule-pack.ts";
import { validate } from "../../../lib/config/validate.ts";
import { assert } from "../../../lib/domain/assert.ts";
import type { Rule } from "../../../lib/domain/rule.ts";
import type { Severity } from "../../../lib/domain/severity.ts";

/** Rule `flood` of every site as a configuration makes it, with a severity of its own or none. */
export function floodRule(severity: Severity | null = null): Rule {
  const own = severity === null ? {} : { severity };
  const { config } = validate({ rules: [{ name: "flood", type: "flood", scope: "site", ...own }] });
  assert(config !== null, "the rule of the test is right");
  return rulesOf(config)[0]!;
}
