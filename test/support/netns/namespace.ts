import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const scriptPath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A port of a host, and whether its server accepts what connects. */
export interface Listener {
  readonly port: number;
  readonly accepts: boolean;
}

/**
 * A network namespace, held by the process that listens in it. It has no name in /run/netns and
 * ends with the process, whose standard input ends with ours: nothing is left over, whoever is
 * killed.
 */
export class Namespace {
  readonly #holder: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(holder: ChildProcess, ended: Promise<void>) {
    this.#holder = holder;
    this.#ended = ended;
  }

  /** Its ports are open when this resolves. */
  static async open(listeners: readonly Listener[] = []): Promise<Namespace> {
    const ports = listeners.map(({ port, accepts }) => `${accepts ? "accepts" : "never"}:${port}`);
    const holder = spawn("unshare", ["--net", "perl", scriptPath("listeners.pl"), ...ports], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = endOf(holder);
    await Promise.race([once(holder.stdout, "data"), ended]);
    return new Namespace(holder, ended);
  }

  get pid(): number {
    return this.#holder.pid!;
  }

  /** What stands for it in the file system. */
  get file(): string {
    return `/proc/${this.pid}/ns/net`;
  }

  /** Runs a shell script there; throws what it says when it fails. */
  async sh(script: string): Promise<void> {
    await run("nsenter", [`--net=${this.file}`, "sh", "-ec", script]);
  }

  /** Runs a script of this folder there; resolves with what to wait for once it says something. */
  async perl(name: string, args: readonly string[]): Promise<{ readonly ended: Promise<void> }> {
    const command = [`--net=${this.file}`, "perl", scriptPath(name), ...args];
    const child = spawn("nsenter", command, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = endOf(child);
    await Promise.race([once(child.stdout, "data"), ended]);
    return { ended };
  }

  async close(): Promise<void> {
    this.#holder.stdin!.end();
    await this.#ended;
  }
}

/** Throws when it ends with trouble. */
async function endOf(child: ChildProcess): Promise<void> {
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${code ?? signal}`);
}
