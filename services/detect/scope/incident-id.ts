import { formatTime } from "../../../lib/domain/time.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * `tg-20261120T082914Z-3k9f2m7q`: the second in which the condition was first seen to hold, and 40
 * bits of rule, scope and that second. `attempt` is above zero where a living incident holds the
 * id.
 */
export function incidentId(
  rule: string,
  scopeName: string,
  scopeValue: string,
  metAtSecond: number,
  attempt = 0,
): string {
  const time = formatTime(metAtSecond * 1_000);
  // RFC 3339 without its punctuation and fraction.
  const compact = `${time.slice(0, 19).replaceAll("-", "").replaceAll(":", "")}Z`;
  const key = [rule, scopeName, scopeValue, String(metAtSecond), String(attempt)].join("\0");
  return `tg-${compact}-${hashText(key)}`;
}

/** Eight Crockford base-32 digits of a text: 40 bits of two independent FNV-1a streams, mixed. */
export function hashText(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high ^= high >>> 13;
  }
  return digits(mix(low ^ Math.imul(high, 0x27d4eb2f)), 4) + digits(mix(high ^ low), 4);
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function digits(value: number, count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) text += ALPHABET[(value >>> (i * 5)) & 31]!;
  return text;
}
