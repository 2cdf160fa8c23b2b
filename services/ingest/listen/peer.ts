import type { Socket } from "node:net";

/** Address and port of who is at the other end: `192.0.2.1:514` or `[2001:db8::1]:514`. */
export function peerOf({ remoteAddress, remotePort }: Socket): string {
  const address = remoteAddress ?? "";
  return address.includes(":") ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
}
