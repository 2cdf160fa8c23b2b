import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./live/up-process.ts";

/** Outside the checkout, so that every checkout shares it; SHIPPERS names another place. */
const UNPACKED = process.env["SHIPPERS"] ?? join(homedir(), ".cache", "tidegauge", "shippers");

/** The unpacked packages, else what the machine has installed. */
const ROOTS = [UNPACKED, "/"] as const;

const EXAMPLES = new URL("../../examples/shippers/", import.meta.url);

/** What the examples name, for whoever copies them. */
const EXAMPLE_BROKERS = ["kafka-1.example.net:9092", "kafka-2.example.net:9092"] as const;
const EXAMPLE_TOPIC = "kernel-lines";
const EXAMPLE_SPOOLS = ["/var/spool/rsyslog", "/var/lib/syslog-ng"] as const;

export type Daemon = "rsyslog" | "syslog-ng";

export interface ShipperOptions {
  /** A file of examples/shippers/<daemon>/. */
  readonly example: string;
  /** Empty; the daemon keeps its state there. */
  readonly folder: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  /** On 127.0.0.1, UDP and TCP. */
  readonly port: number;
}

interface Files {
  readonly program: string;
  readonly modules: readonly string[];
  /** Folders of shared objects that are not where the loader looks. */
  readonly libraries: readonly string[];
}

/** Null when the daemon and its Kafka output are here, else what to run. */
export function missingDaemon(daemon: Daemon): string | null {
  if (filesOf(daemon) !== null) return null;
  return `no ${daemon} with its Kafka output: run scripts/shipper-debs.sh`;
}

function filesOf(daemon: Daemon): Files | null {
  for (const root of ROOTS) {
    const isRsyslog = daemon === "rsyslog";
    const program = join(root, "usr/sbin", isRsyslog ? "rsyslogd" : "syslog-ng");
    const output = isRsyslog ? "usr/lib/*/rsyslog/omkafka.so" : "usr/lib/syslog-ng/*/libkafka.so";
    const [found] = globSync(output, { cwd: root });
    if (found === undefined || !existsSync(program)) continue;
    const modules = [join(root, found, "..")];
    if (root === "/") return { program, modules, libraries: [] };
    const places = ["usr/lib/*-linux-gnu", "lib/*-linux-gnu", "usr/lib/syslog-ng"];
    const libraries = globSync(places, { cwd: root }).map((place) => join(root, place));
    return { program, modules, libraries };
  }
  return null;
}

/** A real rsyslogd or syslog-ng in the foreground, on an example's configuration. */
export class ShipperDaemon {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once("close", resolve));
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    }
  }

  /** Listens when this resolves. */
  static async start(daemon: Daemon, options: ShipperOptions): Promise<ShipperDaemon> {
    const files = filesOf(daemon);
    if (files === null) throw new Error(`there is no ${daemon}`);
    const args = argumentsOf(daemon, files, configure(daemon, options), options.folder);
    const child = spawn(files.program, args, {
      // Lines without a zone are in that of the daemon.
      env: { TZ: "UTC", LD_LIBRARY_PATH: files.libraries.join(":") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new ShipperDaemon(child);
    await until(`${daemon} on ${options.port}`, () => started.#listens(options.port));
    return started;
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #listens(port: number): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`it ended:\n${this.#said}`);
    const socket = connect(port, "127.0.0.1");
    try {
      return await new Promise<boolean>((resolve) => {
        socket.once("connect", () => resolve(true));
        socket.once("error", () => resolve(false));
      });
    } finally {
      socket.destroy();
    }
  }
}

/** The example with the test's places in it; an example that names others fails here. */
function configure(daemon: Daemon, options: ShipperOptions): string {
  const { example, folder, brokers, topic, port } = options;
  mkdirSync(folder, { recursive: true });
  const separator = daemon === "rsyslog" ? '", "' : ",";
  const replacements: [string, string][] = [
    [EXAMPLE_BROKERS.join(separator), brokers.join(separator)],
    [`topic="${EXAMPLE_TOPIC}"`, `topic="${topic}"`],
    [`topic("${EXAMPLE_TOPIC}")`, `topic("${topic}")`],
    ['port="514"', `address="127.0.0.1" port="${port}"`],
    ["port(514)", `ip("127.0.0.1") port(${port})`],
    ...EXAMPLE_SPOOLS.map((spool): [string, string] => [spool, folder]),
  ];
  let text = readFileSync(fileURLToPath(new URL(`${daemon}/${example}`, EXAMPLES)), "utf8");
  for (const [from, to] of replacements) text = text.replaceAll(from, to);
  for (const place of [...brokers, topic, String(port), folder]) {
    if (!text.includes(place)) throw new Error(`${daemon}/${example} has no place for ${place}`);
  }
  const file = join(folder, "daemon.conf");
  writeFileSync(file, text);
  return file;
}

function argumentsOf(daemon: Daemon, files: Files, config: string, folder: string): string[] {
  const modules = files.modules.join(":");
  if (daemon === "rsyslog") {
    return ["-n", "-f", config, "-i", join(folder, "pid"), "-M", `${modules}/`];
  }
  const state = ["--persist-file", join(folder, "persist"), "--pidfile", join(folder, "pid")];
  const control = ["--control", join(folder, "control")];
  const loads = ["--cfgfile", config, "--module-path", modules];
  return ["--foreground", "--stderr", "--no-caps", ...loads, ...state, ...control];
}
