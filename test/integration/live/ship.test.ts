import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NumberedLines } from "../../support/live/numbered-lines.ts";
import { SyslogReceiver } from "../../support/live/syslog-receiver.ts";
import { TcpSender } from "../../support/live/tcp-sender.ts";
import { freePort, until, UpProcess, writeConfig } from "../../support/live/up-process.ts";

let folder: string;
let port: number;
let healthPort: number;
let receiver: SyslogReceiver;
const running: UpProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tidegauge-ship-"));
  [port, healthPort] = [await freePort(), await freePort()];
  receiver = new SyslogReceiver(port);
});
afterEach(async () => {
  for (const process of running.splice(0)) await process.kill();
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

function ship(inputs: readonly object[]): UpProcess {
  const config = writeConfig(folder, { inputs, ship: { sources: [], spool: { path: "./spool" } } });
  const to = ["ship", "--to", `syslog://127.0.0.1:${port}`];
  const process = new UpProcess(config, healthPort, {}, to);
  running.push(process);
  return process;
}

async function linesRead(process: UpProcess): Promise<number> {
  const metrics = await process.metrics().catch(() => "");
  const found = /^tidegauge_ingest_lines_read_total\{[^}]*\} (\d+)/m.exec(metrics);
  return Number(found?.[1] ?? 0);
}

describe("a host that ships", () => {
  it("loses no line that it read from a file, however often it is killed", async () => {
    const path = join(folder, "messages");
    const lines = new NumberedLines();
    const write = (count: number) => appendFileSync(path, `${lines.next(count).join("\n")}\n`);
    writeFileSync(path, "");
    // Nobody is there to take anything: all of it is in the spool, or not read yet.
    for (let round = 0; round < 3; round++) {
      const process = ship([{ name: "messages", type: "file", path }]);
      write(300);
      await until("lines read", async () => (await linesRead(process)) > 0);
      write(300);
      await process.kill();
    }
    await receiver.start();
    // And now it is killed while it sends.
    const sending = ship([{ name: "messages", type: "file", path }]);
    await until("first lines", () => receiver.lines.length > 0);
    write(300);
    await sending.kill();
    const last = ship([{ name: "messages", type: "file", path }]);
    await until("all lines", () => lines.faultsOf(receiver.lines).length === 0);
    expect(await last.stop()).toEqual({ code: 0, signal: null });
    expect(lines.faultsOf(receiver.lines)).toEqual([]);
  }, 120_000);

  it("is the relay of its site: listeners go on while the destination is away", async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    const lines = new NumberedLines();
    const relay = ship([{ name: "site", type: "syslog", listen, protocols: ["tcp"] }]);
    await until("relay", async () => (await relay.metrics().catch(() => "")) !== "");
    const sender = new TcpSender(Number(listen.split(":")[1]));
    await until("connection", () => sender.isConnected);
    sender.send(lines.next(500));
    await until("lines read", async () => (await linesRead(relay)) === 500);
    await receiver.start();
    await until("all lines", () => lines.faultsOf(receiver.lines).length === 0);
    sender.send(lines.next(500));
    await until("all lines", () => lines.faultsOf(receiver.lines).length === 0);
    // Nothing was killed, so nothing came twice.
    expect(receiver.lines).toHaveLength(1_000);
    sender.close();
    expect(await relay.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});
