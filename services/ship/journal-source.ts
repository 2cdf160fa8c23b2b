import { type ChildProcess, spawn } from "node:child_process";
import { sleep } from "../../lib/process/clock.ts";
import type { Part, PartContext } from "../../lib/process/parts.ts";
import { Patience } from "../../lib/process/patience.ts";
import { Trouble } from "../../lib/process/trouble.ts";
import { readJournalEntry } from "./core/journal-entry.ts";
import { syslogLine } from "./core/kernel-line.ts";
import { LineSplitter } from "./core/line-splitter.ts";
import { LIMITS } from "./limits.ts";
import type { LinePath } from "./line-path.ts";
import type { SourceWorld } from "./source.ts";

const decoder = new TextDecoder();

/**
 * Kernel lines of the systemd journal, by `journalctl` as a child: its file format is its own.
 * After a restart it goes on behind the cursor of the last entry that is in the spool, also one of
 * an earlier boot; without one it begins with this boot.
 */
export class JournalSource implements Part {
  readonly name = "journald";
  readonly #world: SourceWorld;
  readonly #command: string;
  readonly #stop = new AbortController();
  #path: LinePath | null = null;
  #ended: Promise<void> = Promise.resolve();
  #child: ChildProcess | null = null;
  #cursor: string | null = null;
  #savedCursor: string | null = null;
  #savedMs = Number.NEGATIVE_INFINITY;

  constructor(world: SourceWorld, command = "journalctl") {
    this.#world = world;
    this.#command = command;
  }

  start({ died }: PartContext): void {
    this.#path = this.#world.open(this.name, died);
    this.#ended = this.#run(this.#path).catch(died);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#child?.kill();
    const path = this.#path!;
    // Together: what waits for a full disk is given up by the one, and the other ends.
    await Promise.all([this.#ended, path.close()]);
    await path.flush();
    await this.#save();
  }

  async #run(path: LinePath): Promise<void> {
    const { clock, events, cursors } = this.#world;
    const { signal } = this.#stop;
    const kept = (await cursors.load(this.name)) as { cursor?: unknown } | null;
    this.#cursor = this.#savedCursor = typeof kept?.cursor === "string" ? kept.cursor : null;
    const patience = new Patience(LIMITS.restartFirstMs, LIMITS.restartLongestMs);
    while (!signal.aborted) {
      const ended = await this.#follow(path, patience);
      if (signal.aborted) return;
      events.sourceFailed(this.name, ended);
      await sleep(clock, patience.next(), signal);
    }
  }

  /** Until the child ends; says why it did. */
  async #follow(path: LinePath, patience: Patience): Promise<unknown> {
    const child = spawn(this.#command, argumentsFor(this.#cursor), {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-LIMITS.childStderrBytes);
    });
    const closed = new Promise<unknown>((resolve) => {
      child.on("error", resolve);
      child.on("close", (code, cause) => resolve(journalEnded(this.#command, code ?? cause, said)));
    });
    try {
      await this.#read(child.stdout, path, patience);
    } finally {
      child.kill();
    }
    const reason = await closed;
    // A cursor that the journal does not take would fail for ever; to begin anew repeats lines.
    if (said.includes("seek to cursor")) this.#cursor = null;
    return reason;
  }

  async #read(
    stdout: AsyncIterable<Uint8Array>,
    path: LinePath,
    patience: Patience,
  ): Promise<void> {
    const splitter = new LineSplitter(LIMITS.journalEntryBytes);
    for await (const piece of stdout) {
      let cursor = this.#cursor;
      for (const line of splitter.push(piece)) cursor = this.#take(line, path) ?? cursor;
      await path.flush();
      this.#cursor = cursor;
      await this.#saveIfDue();
      patience.renew();
      await path.room();
    }
  }

  /** The entry's cursor. */
  #take(line: Uint8Array, path: LinePath): string | null {
    const entry = readJournalEntry(decoder.decode(line));
    if (entry === null) return null;
    const { priority, timeMs, text, cursor } = entry;
    path.take(syslogLine({ priority, timeMs, host: this.#world.host, text }));
    return cursor;
  }

  async #saveIfDue(): Promise<void> {
    const sinceMs = this.#world.clock.nowMs() - this.#savedMs;
    // A clock that was set back must not stop it.
    if (sinceMs >= LIMITS.cursorEveryMs || sinceMs < 0) await this.#save();
  }

  async #save(): Promise<void> {
    const cursor = this.#cursor;
    if (cursor === null || cursor === this.#savedCursor) return;
    await this.#world.cursors.save(this.name, { cursor });
    this.#savedCursor = cursor;
    this.#savedMs = this.#world.clock.nowMs();
  }
}

/**
 * Not `-k`, which is this boot alone: what the machine said before it went down comes too. `--all`,
 * or long texts would be null.
 */
function argumentsFor(cursor: string | null): readonly string[] {
  return [
    "--output=json",
    "--follow",
    "--no-tail",
    "--all",
    "--no-pager",
    ...(cursor === null ? ["--boot"] : [`--after-cursor=${cursor}`]),
    "_TRANSPORT=kernel",
  ];
}

function journalEnded(command: string, how: unknown, said: string): Trouble {
  const words = said.trim();
  return new Trouble(
    "journal_ended",
    `${command} ended (${String(how)})${words === "" ? "" : `: ${words}`}`,
    "this user must be in the group systemd-journal, and the journal must be there",
  );
}
