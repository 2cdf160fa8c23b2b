import type { Clock } from "../../lib/process/clock.ts";
import { Recorder } from "../../lib/telemetry/recorder.ts";
import { MemoryCursors } from "../../services/ship/cursors.ts";
import type { LinePath } from "../../services/ship/line-path.ts";
import type { SourceWorld } from "../../services/ship/source.ts";

export const START_MS = Date.parse("2026-11-20T08:30:00Z");

/** A wall clock that the test sets; waits are as short as they can be. */
export class SetClock implements Clock {
  #nowMs = START_MS;

  nowMs(): number {
    return this.#nowMs;
  }

  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  after(_delayMs: number, call: () => void): () => void {
    const timer = setTimeout(call, 1);
    return () => clearTimeout(timer);
  }
}

/** A spool in memory: lines count once they are flushed. */
export class KeptPath implements LinePath {
  readonly lines: string[] = [];
  #taken: string[] = [];

  take(line: Uint8Array): void {
    this.#taken.push(Buffer.from(line).toString("utf8"));
  }

  async room(): Promise<void> {}

  async flush(): Promise<void> {
    this.lines.push(...this.#taken);
    this.#taken = [];
  }

  close(): Promise<void> {
    return this.flush();
  }
}

/** What a source needs, with what it told and kept to look at. */
export function sourceWorld(cursors = new MemoryCursors()) {
  const path = new KeptPath();
  const clock = new SetClock();
  const told = new Recorder();
  const deaths: unknown[] = [];
  const world: SourceWorld = {
    clock,
    events: told.events.ship,
    cursors,
    open: () => path,
    host: "fra1-web-001",
  };
  const context = {
    died: (reason: unknown) => void deaths.push(reason),
    stopping: new AbortController().signal,
  };
  return { world, path, clock, told, cursors, context, deaths };
}
