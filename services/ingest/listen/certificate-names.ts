import type { PeerCertificate } from "node:tls";
import { hostIdentity, type IdentityRules } from "../../../lib/domain/host-identity.ts";
import type { Speaker } from "./line-sieve.ts";

/** Answers that are remembered per connection; a host writes its own name again and again. */
const ANSWERS_MAX = 64;

/**
 * Host names that a client certificate stands for: dNSName and iPAddress of its subjectAltName, and
 * its common name (RFC 5425 section 5.2). No wildcards: a host speaks for itself.
 */
export function certificateNames(certificate: PeerCertificate): readonly string[] {
  const names: string[] = [];
  for (const entry of (certificate.subjectaltname ?? "").split(", ")) {
    const [kind, name] = splitOnce(entry);
    // Node puts a name with special characters in quotes; no host is called so.
    const isName = name !== "" && !name.startsWith('"');
    if (isName && (kind === "DNS" || kind === "IP Address")) names.push(name);
  }
  const common: string | readonly string[] | undefined = certificate.subject?.CN;
  if (typeof common === "string") names.push(common);
  return [...new Set(names)].filter((name) => !name.includes("*"));
}

function splitOnce(entry: string): readonly [string, string] {
  const colon = entry.indexOf(":");
  return [entry.slice(0, colon), entry.slice(colon + 1)];
}

/** A sender with a certificate: it may write lines of the hosts that the certificate names. */
export class CertifiedSpeaker implements Speaker {
  readonly #identities: ReadonlySet<string>;
  readonly #rules: IdentityRules;
  readonly #answers = new Map<string, boolean>();

  constructor(names: readonly string[], rules: IdentityRules) {
    this.#identities = new Set(names.map((name) => hostIdentity(name, rules)));
    this.#rules = rules;
  }

  speaksFor(host: string): boolean {
    const known = this.#answers.get(host);
    if (known !== undefined) return known;
    const answer = this.#identities.has(hostIdentity(host, this.#rules));
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    this.#answers.set(host, answer);
    return answer;
  }
}
