import { execFile } from "node:child_process";
import type { NamedNumber } from "../../lib/domain/sample-batch.ts";
import type { Clock } from "../../lib/process/clock.ts";
import { isFault, type SampleFault } from "./core/host-counters.ts";
import { readLibxoStatistics } from "./core/libxo-statistics.ts";
import {
  FREEBSD_SETTINGS,
  readBootTime,
  readPfStatus,
  readSysctls,
  settingsOf,
} from "./core/settings.ts";
import type { CounterReader, CounterReading } from "./counter-reader.ts";
import { LIMITS } from "./limits.ts";

/** Runs a command and resolves to what it printed; throws where it fails. */
export type Run = (command: string, args: readonly string[]) => Promise<string>;

const BOOT = ["kern.boottime", "kern.boot_id"];

/**
 * What FreeBSD counts, from the commands of its base system: there is no file to read. Counters are
 * those of the vnet that ship runs in.
 */
export class FreebsdCounters implements CounterReader {
  readonly os = "freebsd";
  readonly #clock: Clock;
  readonly #run: Run;

  constructor(clock: Clock, run: Run = runCommand) {
    this.#clock = clock;
    this.#run = run;
  }

  async read(): Promise<CounterReading | SampleFault> {
    const [statistics, sysctls] = await Promise.all([
      this.#run("netstat", ["-s", "--libxo", "json"]),
      this.#run("sysctl", ["-i", ...BOOT]),
    ]);
    const numbers = readLibxoStatistics(statistics);
    if (isFault(numbers)) return numbers;
    const values = readSysctls(sysctls);
    const bootedMs = readBootTime(values.get("kern.boottime") ?? "");
    return {
      // Not the boot time: it moves with every correction of the clock.
      boot: values.get("kern.boot_id") ?? null,
      uptimeSeconds: bootedMs === null ? null : Math.max(0, this.#clock.nowMs() - bootedMs) / 1_000,
      numbers,
    };
  }

  async posture(): Promise<readonly NamedNumber[]> {
    const values = readSysctls(await this.#run("sysctl", ["-i", ...FREEBSD_SETTINGS]));
    const settings = settingsOf(FREEBSD_SETTINGS, values);
    // Only root may ask, and only where pf is loaded.
    const pf = await this.#run("pfctl", ["-s", "info"]).then(readPfStatus, () => null);
    return pf === null ? settings : [...settings, { name: "pf.enabled", value: pf }];
  }
}

const runCommand: Run = (command, args) =>
  new Promise((resolve, reject) => {
    const options = { timeout: LIMITS.commandWithinMs, maxBuffer: LIMITS.commandOutputBytes };
    execFile(command, args, { ...options, encoding: "utf8" }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
