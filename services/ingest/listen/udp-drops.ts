import { readFile } from "node:fs/promises";

/**
 * How many datagrams the kernel has dropped at a socket since it was opened, by its own counter:
 * the last column of /proc/net/udp and udp6 (Linux, net/ipv4/udp.c). Null where nothing tells.
 */
export async function readUdpDrops(address: string, port: number): Promise<number | null> {
  const isV6 = address.includes(":");
  try {
    const table = await readFile(isV6 ? "/proc/net/udp6" : "/proc/net/udp", "latin1");
    return dropsIn(table, localAddress(address), port);
  } catch {
    return null;
  }
}

/** `local` is the hexadecimal address of the table; null matches any, for addresses with zones. */
export function dropsIn(table: string, local: string | null, port: number): number | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const row of table.split("\n").slice(1)) {
    const columns = row.trim().split(" ").filter(Boolean);
    const [, socket = ""] = columns;
    if (!socket.endsWith(wanted)) continue;
    if (local !== null && socket.slice(0, -wanted.length) !== local) continue;
    const drops = Number(columns.at(-1));
    return Number.isSafeInteger(drops) ? drops : null;
  }
  return null;
}

/** IPv4 as the kernel prints it: the four bytes from last to first (little-endian machines). */
function localAddress(address: string): string | null {
  const octets = address.split(".").map(Number);
  if (octets.length !== 4) return address === "::" ? "0".repeat(32) : null;
  return octets
    .reverse()
    .map((octet) => octet.toString(16).toUpperCase().padStart(2, "0"))
    .join("");
}
