import { readdir, readlink, stat } from "node:fs/promises";
import { EXIT_CODES } from "../../lib/process/exit-code.ts";
import { Trouble } from "../../lib/process/trouble.ts";

export interface FoundNamespace {
  /** Where its /proc/net is. */
  readonly path: string;
  /** Tells it from one of the same name that was there before; null for our own. */
  readonly id: string | null;
}

/** Where the counters of a network namespace can be read. */
export interface NetworkNamespace {
  find(): Promise<FoundNamespace>;
}

/** That of this process. */
export const ownNamespace = (proc = "/proc"): NetworkNamespace => ({
  find: async () => ({ path: `${proc}/self/net`, id: null }),
});

/**
 * A namespace by its file, as `ip netns` keeps it in /run/netns. Counters of a namespace can be
 * read through any process that lives in it, so one is looked for, and again when it has ended.
 */
export class NamedNamespace implements NetworkNamespace {
  readonly #file: string;
  readonly #proc: string;
  #pid: string | null = null;

  constructor(file: string, proc = "/proc") {
    this.#file = file;
    this.#proc = proc;
  }

  async find(): Promise<FoundNamespace> {
    const id = await this.#id();
    if (this.#pid === null || !(await this.#lives(this.#pid, id))) this.#pid = await this.#look(id);
    return { path: `${this.#proc}/${this.#pid}/net`, id };
  }

  /** Its inode: what /proc/PID/ns/net names, too. */
  async #id(): Promise<string> {
    try {
      return String((await stat(this.#file)).ino);
    } catch (error) {
      throw missing(this.#file, "there is no such network namespace", error);
    }
  }

  async #look(id: string): Promise<string> {
    for (const name of await readdir(this.#proc)) {
      const first = name.charCodeAt(0);
      if (first >= 0x30 && first <= 0x39 && (await this.#lives(name, id))) return name;
    }
    throw missing(this.#file, "no process lives in that network namespace", null);
  }

  async #lives(pid: string, id: string): Promise<boolean> {
    const link = await readlink(`${this.#proc}/${pid}/ns/net`).catch(() => "");
    return link === `net:[${id}]`;
  }
}

function missing(file: string, what: string, cause: unknown): Trouble {
  const trouble = new Trouble(
    "namespace_missing",
    `${file}: ${what}`,
    "it is looked for again; ship must be root to see into the namespaces of others",
    EXIT_CODES.tryAgain,
  );
  if (cause !== null) trouble.cause = cause;
  return trouble;
}
