import { once } from "node:events";
import type net from "node:net";
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { IdentityRules } from "../../../lib/domain/host-identity.ts";
import { StreamListener } from "../../../services/ingest/listen/stream-listener.ts";
import {
  batchesOf,
  connect,
  limitLine,
  linesOf,
  listenWorld,
  rejectedOf,
  until,
} from "./listen-world.ts";

const FOLDER = fileURLToPath(new URL("../../vectors/tls/", import.meta.url));
const read = (name: string) => readFileSync(FOLDER + name);
const RULES: IdentityRules = { domains: ["example.org"], aliases: new Map() };
const LIMITING = "Limiting tcp reset response from 422 to 192 packets/sec";
const running: StreamListener[] = [];

async function listener(options: { asksForCertificates: boolean }) {
  const world = listenWorld();
  const input = new StreamListener(world.world, {
    identity: { name: "secure", realm: "", keep: "candidates" },
    listen: { host: "127.0.0.1", port: 0 },
    tls: {
      certPath: `${FOLDER}listener.pem`,
      keyPath: `${FOLDER}listener.key`,
      clientCaPath: options.asksForCertificates ? `${FOLDER}ca.pem` : null,
    },
    connectionsMax: 64,
    rules: RULES,
  });
  await input.start(world.context);
  running.push(input);
  const open = (client: string | null, more: tls.ConnectionOptions = {}) => {
    const own = client === null ? {} : { cert: read(`${client}.pem`), key: read(`${client}.key`) };
    const { port } = input.address;
    const socket = tls.connect({ port, host: "127.0.0.1", ca: read("ca.pem"), ...own, ...more });
    socket.on("error", () => {});
    return socket;
  };
  return { ...world, input, open };
}

afterEach(async () => {
  for (const input of running.splice(0)) await input.stop();
});

describe("syslog over TLS (RFC 5425)", () => {
  it("takes lines from anyone where no certificate is asked for", async () => {
    const { log, open } = await listener({ asksForCertificates: false });
    open(null).write(`${limitLine("a1-1")}\n`);
    await until(() => linesOf(log).length === 1);
    expect(batchesOf(log)[0]!.segments[0]!.trust).toBe("connected");
  });

  it.each([
    ["fra1-web-001", "fra1-web-001"],
    ["fra1-web-001", "FRA1-WEB-001.example.org"],
    ["common-name-only", "fra1-web-002"],
  ])("lets the certificate %s speak for %s", async (client, host) => {
    const { log, open } = await listener({ asksForCertificates: true });
    open(client).write(`${limitLine(host)}\n`);
    await until(() => linesOf(log).length === 1);
    expect(batchesOf(log)[0]!.segments[0]!.trust).toBe("authenticated");
  });

  it("rejects lines of any other host, in every form, and keeps the rest", async () => {
    const { log, told, open } = await listener({ asksForCertificates: true });
    const own = limitLine("fra1-web-001");
    const foreign = [
      limitLine("fra1-web-002"),
      // Of no day there is: whose it is comes first.
      limitLine("fra1-web-003").replace("Nov 20", "Nov 31"),
      limitLine("fra1-web-001")
        .replace("Nov 20 08:30:00", "2026-11-20T08:30:00Z")
        .replace("001", "9"),
      `<13>1 2026-11-20T08:30:00Z ams1-db-9 kernel - - - ${LIMITING}`,
      JSON.stringify({
        host: "ams1-db-9",
        message: "kernel: Limiting tcp reset response from 422 to 192 packets/sec",
      }),
    ];
    open("fra1-web-001").write([...foreign, own, ""].join("\n"));
    await until(() => linesOf(log).length === 1 && rejectedOf(log).length === foreign.length);
    expect(linesOf(log)).toEqual([own]);
    for (const [index, rejected] of rejectedOf(log).entries()) {
      expect(rejected.reason).toBe("foreign_host");
      expect(Buffer.from(rejected.bytes).toString()).toBe(foreign[index]);
      expect(rejected.detail).toMatch(/does not name/);
    }
    await until(() => told.of("hostForeign").length > 0);
    expect(told.of("hostForeign")[0]![1]).toBe(foreign.length);
  });

  it("takes a line that names no host for one of the certificate's", async () => {
    const { log, open } = await listener({ asksForCertificates: true });
    open("fra1-web-001").write(
      "<13>Nov 20 08:30:00 kernel: Limiting tcp reset response from 422 to 192 packets/sec\n",
    );
    await until(() => linesOf(log).length === 1);
    expect(batchesOf(log)[0]!.host).toBe("fra1-web-001.example.org");
  });

  it.each([
    [null, "certificate"],
    ["stranger", "certificate"],
    ["wildcard", "certificate"],
  ])("does not let in who shows the certificate %s", async (client, reason) => {
    const { log, told, open, input } = await listener({ asksForCertificates: true });
    const socket = open(client);
    socket.write(`${limitLine("fra1-web-001")}\n`);
    await until(() => told.of("connectionRefused").length === 1);
    expect(told.of("connectionRefused")[0]![1]).toBe(reason);
    await until(() => input.openConnections === 0);
    expect(linesOf(log)).toEqual([]);
  });

  it("does not speak TLS 1.1", async () => {
    const { told, open } = await listener({ asksForCertificates: false });
    open(null, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
    await until(() => told.of("connectionRefused").length === 1);
    expect(told.of("connectionRefused")[0]![1]).toBe("handshake");
  });

  it("gives places back when a handshake fails, is cut off, or is plain text", async () => {
    const { told, input, open } = await listener({ asksForCertificates: false });
    const silent = await connect(input.address.port);
    const plain: net.Socket = await connect(input.address.port);
    await until(() => input.openConnections === 2);
    plain.write(`${limitLine("a1-1")}\n`);
    await until(() => input.openConnections === 1);
    silent.destroy();
    await until(() => input.openConnections === 0);
    expect(told.of("connectionRefused").length).toBeGreaterThan(0);
    const good = open(null);
    await once(good, "secureConnect");
    good.destroy();
    await until(() => input.openConnections === 0);
  });

  it("tells which file it cannot use", async () => {
    const { world, context } = listenWorld();
    const input = new StreamListener(world, {
      identity: { name: "secure", realm: "", keep: "candidates" },
      listen: { host: "127.0.0.1", port: 0 },
      tls: { certPath: "/nowhere.pem", keyPath: "/nowhere.key", clientCaPath: null },
      connectionsMax: 64,
      rules: RULES,
    });
    await expect(input.start(context)).rejects.toMatchObject({
      code: "tls_unusable",
      message: expect.stringContaining("/nowhere.pem"),
    });
  });
});
