import { pino } from "pino";
import type { Secret } from "../config/secret.ts";
import { printable } from "../domain/printable.ts";
import { formatTime } from "../domain/time.ts";
import type { Clock } from "../process/clock.ts";
import type { OutputFormat } from "../process/output.ts";
import { humanLine } from "./human-line.ts";
import { SAMPLING_WINDOW_MS } from "./limits.ts";
import { hiderOf, loggable } from "./loggable.ts";
import type { Fields, Level, Log, Message } from "./messages.ts";
import { Sampling } from "./sampling.ts";

export interface LogOptions {
  readonly clock: Clock;
  /** Default `info`. */
  readonly level?: Level;
  /** Default `json`, one object per line. */
  readonly format?: OutputFormat;
  /** Those of the configuration: hidden wherever a text repeats them. */
  readonly secrets?: readonly Secret[];
  /** Default standard error: standard output is for data. */
  readonly stream?: { write(text: string): unknown };
  /** Told how many messages were left out because they repeated themselves. */
  readonly sampled?: (count: number) => void;
}

export interface OpenLog extends Log {
  /** Writes what sampling still holds back. The log may be used on. */
  flush(): void;
}

/**
 * The log of a process, by pino. Each line is `time`, `level`, `message` and the fields; a message
 * that repeats itself is sampled, and its last line of a window carries `repeated`.
 */
export function createLog(options: LogOptions): OpenLog {
  const { clock, level = "info", stream = process.stderr, sampled } = options;
  const hide = hiderOf(options.secrets ?? []);
  const render = options.format === "human" ? asHuman : (line: string) => line;
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${formatTime(clock.nowMs())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void stream.write(printable(hide(render(line)))) },
  );
  const sampling = new Sampling();
  const put = ({ level, says }: Message, fields: Fields) => logger[level](loggable(fields), says);
  let isArmed = false;

  const tellDue = (nowMs: number) => {
    for (const { message, fields, count } of sampling.due(nowMs)) {
      sampled?.(count);
      put(message, { ...fields, repeated: count });
    }
  };
  const arm = () => {
    if (isArmed) return;
    isArmed = true;
    clock.after(SAMPLING_WINDOW_MS, () => {
      isArmed = false;
      tellDue(clock.nowMs());
    });
  };
  return {
    write(message, fields = {}) {
      if (!logger.isLevelEnabled(message.level)) return;
      tellDue(clock.nowMs());
      if (sampling.admits(message, fields, clock.nowMs())) put(message, fields);
      else arm();
    },
    flush: () => tellDue(Number.POSITIVE_INFINITY),
  };
}

function asHuman(line: string): string {
  return `${humanLine(JSON.parse(line) as Record<string, unknown>)}\n`;
}
