export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** One thing that the log says, as data: the page of messages is made from it. */
export interface Message {
  readonly level: Level;
  /** Lower case and constant; what varies is in the fields, so that it can be searched for. */
  readonly says: string;
  /** What it means for the reader, and what to do where something can be done. */
  readonly text: string;
}

/** Values beside a message. An Error is told without its secrets, a Secret as `[secret]`. */
export type Fields = Readonly<Record<string, unknown>>;

/** The port to the log: log.ts writes, recorder.ts keeps. Must not throw. */
export interface Log {
  write(message: Message, fields?: Fields): void;
}

export function debug(says: string, text: string): Message {
  return { level: "debug", says, text };
}

export function info(says: string, text: string): Message {
  return { level: "info", says, text };
}

export function warn(says: string, text: string): Message {
  return { level: "warn", says, text };
}

export function error(says: string, text: string): Message {
  return { level: "error", says, text };
}
