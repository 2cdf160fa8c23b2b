import dgram from "node:dgram";
import { createServer, type AddressInfo } from "node:net";

const LOOPBACK = "127.0.0.1";
const TRIES = 20;

/** A port of loopback that UDP and TCP can both have: `wanted`, or one that the system names. */
export async function freePort(wanted: number): Promise<number | null> {
  if (wanted !== 0 && (await isFree(wanted))) return wanted;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = await bindTcp(0);
    if (port !== null && (await bindUdp(port))) return port;
  }
  return null;
}

async function isFree(port: number): Promise<boolean> {
  return (await bindTcp(port)) !== null && (await bindUdp(port));
}

/** The port that was bound and let go again; null when it could not be. */
function bindTcp(port: number): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const server = createServer();
  server.once("error", () => resolve(null));
  server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
    const bound = (server.address() as AddressInfo).port;
    server.close(() => resolve(bound));
  });
  return promise;
}

function bindUdp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = dgram.createSocket("udp4");
  socket.once("error", () => {
    socket.close();
    resolve(false);
  });
  socket.bind({ address: LOOPBACK, port, exclusive: true }, () => {
    socket.close(() => resolve(true));
  });
  return promise;
}
