import { isAddress } from "./address.ts";

/** How the names of one realm become identities. */
export interface IdentityRules {
  /** Stripped from the end of a name, the longest that fits; lower case, without dots around. */
  readonly domains: readonly string[];
  /** Other names of a host, already normalised by `normaliseHostName`, to its identity. */
  readonly aliases: ReadonlyMap<string, string>;
}

export const NO_IDENTITY_RULES: IdentityRules = { domains: [], aliases: new Map() };

/**
 * The name half of a host's identity (contracts.md section 5): lower case, without trailing dot,
 * listed domains stripped, aliases applied, nothing inferred. Call it once per spelling, not per
 * line.
 */
export function hostIdentity(nameAsWritten: string, rules: IdentityRules): string {
  const name = normaliseHostName(nameAsWritten, rules.domains);
  return rules.aliases.get(name) ?? name;
}

/** hostIdentity without the aliases: what an inventory's own names and aliases go through. */
export function normaliseHostName(nameAsWritten: string, domains: readonly string[]): string {
  const lower = lowerCaseAscii(nameAsWritten);
  const name = lower.length > 1 && lower.endsWith(".") ? lower.slice(0, -1) : lower;
  if (isAddress(name)) return name;
  let shortest = name;
  for (const domain of domains) {
    const end = name.length - domain.length - 1;
    const fits = end > 0 && name[end] === "." && name.endsWith(domain);
    if (fits && end < shortest.length) shortest = name.slice(0, end);
  }
  return shortest;
}

/** Host names fold the case of ASCII only (RFC 4343): folding more would join different hosts. */
function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
