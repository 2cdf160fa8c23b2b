import { open, readFile } from "node:fs/promises";
import type { NamedNumber } from "../../lib/domain/sample-batch.ts";
import { joined, type HostNumbers, isFault, type SampleFault } from "./core/host-counters.ts";
import { readNamedRows } from "./core/named-rows.ts";
import { LINUX_SETTINGS, settingsOf } from "./core/settings.ts";
import { readSocketCounts, tcpRowsExpected } from "./core/socket-counts.ts";
import { countSynReceived } from "./core/tcp-table.ts";
import type { CounterReader, CounterReading } from "./counter-reader.ts";
import { LIMITS } from "./limits.ts";
import type { NetworkNamespace } from "./network-namespace.ts";

export interface LinuxCountersOptions {
  readonly namespace: NetworkNamespace;
  /** Where procfs is; tests have their own. */
  readonly proc?: string;
}

/** What Linux counts, from procfs. Counters are those of one network namespace. */
export class LinuxCounters implements CounterReader {
  readonly os = "linux";
  readonly #namespace: NetworkNamespace;
  readonly #proc: string;

  constructor({ namespace, proc = "/proc" }: LinuxCountersOptions) {
    this.#namespace = namespace;
    this.#proc = proc;
  }

  async read(): Promise<CounterReading | SampleFault> {
    const { path, id } = await this.#namespace.find();
    const [snmp, netstat, sockets, bootId, uptime] = await Promise.all([
      readFile(`${path}/snmp`, "utf8"),
      readFile(`${path}/netstat`, "utf8"),
      readFile(`${path}/sockstat`, "utf8"),
      readFile(`${this.#proc}/sys/kernel/random/boot_id`, "utf8"),
      readFile(`${this.#proc}/uptime`, "utf8"),
    ]);
    const parts = [readNamedRows(snmp), readNamedRows(netstat), readSocketCounts(sockets)];
    const fault = parts.find(isFault);
    if (fault !== undefined) return fault;
    const numbers = joined(parts as HostNumbers[]);
    const synReceived = await this.#synReceived(path, numbers.gauges);
    const uptimeSeconds = Number.parseFloat(uptime);
    return {
      // A namespace that was made anew counts from 0 within the same boot.
      boot: id === null ? bootId.trim() : `${bootId.trim()}/${id}`,
      uptimeSeconds: Number.isFinite(uptimeSeconds) ? uptimeSeconds : null,
      numbers: { ...numbers, gauges: [...synReceived, ...numbers.gauges] },
    };
  }

  async posture(): Promise<readonly NamedNumber[]> {
    // /proc/sys/net shows the settings of the namespace that its reader lives in, and no others.
    if ((await this.#namespace.find()).id !== null) return [];
    const values = new Map<string, string>();
    for (const name of LINUX_SETTINGS) {
      const file = `${this.#proc}/sys/${name.replaceAll(".", "/")}`;
      const text = await readFile(file, "utf8").catch(() => null);
      if (text !== null) values.set(name, text);
    }
    return settingsOf(LINUX_SETTINGS, values);
  }

  /** Absent on a host with so many sockets that looking would cost more than it says. */
  async #synReceived(
    path: string,
    gauges: readonly NamedNumber[],
  ): Promise<readonly NamedNumber[]> {
    const rows = tcpRowsExpected(gauges);
    if (rows === null || rows > LIMITS.tcpRowsMax) return [];
    let value = 0;
    for (const table of ["tcp", "tcp6"]) {
      const bytes = await readUpTo(`${path}/${table}`, LIMITS.tcpTableBytes);
      if (bytes === "too_long") return [];
      if (bytes !== null) value += countSynReceived(bytes);
    }
    return [{ name: "synRecv", value }];
  }
}

/** Null where there is no such file: a kernel without IPv6 has no tcp6. */
async function readUpTo(path: string, bytesMax: number): Promise<Uint8Array | null | "too_long"> {
  const handle = await open(path).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.allocUnsafe(64 * 1024) });
      if (bytesRead === 0) return Buffer.concat(pieces);
      pieces.push(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      if (bytes > bytesMax) return "too_long";
    }
  } finally {
    await handle.close();
  }
}
