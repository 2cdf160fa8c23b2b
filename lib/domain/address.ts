/**
 * Whether a host "name" is a bare address: dotted IPv4, or IPv6 with or without brackets and zone
 * (RFC 4291 section 2.2, RFC 4007 section 11). An address has no site in its name.
 */
export function isAddress(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

function isIpv4(host: string): boolean {
  const parts = host.split(".", 5);
  return parts.length === 4 && parts.every(isOctet);
}

function isOctet(text: string): boolean {
  if (text.length < 1 || text.length > 3) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return Number(text) <= 255;
}

function isIpv6(host: string): boolean {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const zoneAt = bare.indexOf("%");
  const text = zoneAt < 0 ? bare : bare.slice(0, zoneAt);
  const groups = text.split(":", 10);
  if (groups.length < 3 || groups.length > 9) return false;
  return groups.every(
    (group, i) => isHexGroup(group) || (i === groups.length - 1 && isIpv4(group)),
  );
}

function isHexGroup(text: string): boolean {
  if (text.length > 4) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20;
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && (code < 0x61 || code > 0x66)) return false;
  }
  return true;
}
