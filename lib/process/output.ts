import { once } from "node:events";
import type { Writable } from "node:stream";
import { printable, printableJson } from "../domain/printable.ts";

export const OUTPUT_FORMATS = ["human", "json"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** `-o` as given; without it human on a terminal, else JSON. */
export function outputFormat(
  given: OutputFormat | undefined,
  stream: { readonly isTTY?: boolean } = process.stdout,
): OutputFormat {
  return given ?? (stream.isTTY === true ? "human" : "json");
}

/** The answer of a command on standard output: JSON lines, or text; never a control character. */
export class Answer {
  readonly format: OutputFormat;
  readonly #stream: Writable;

  constructor(format: OutputFormat, stream: Writable = process.stdout) {
    this.format = format;
    this.#stream = stream;
  }

  /** One object of the answer; `human` is what stands for it in text, null for nothing. */
  write(object: object, human: string | null): void {
    if (this.format === "json" || human !== null) {
      this.#stream.write(this.textOf(object, () => human ?? ""));
    }
  }

  /** What `write` writes for an object, newline and all. */
  textOf(object: object, human: () => string): string {
    return `${this.format === "json" ? printableJson(object) : printable(human())}\n`;
  }

  /** Writes what `textOf` gave, much at a time; settles when there is room for more. */
  async writeText(text: string): Promise<void> {
    if (!this.#stream.write(text)) await once(this.#stream, "drain");
  }
}

/** A reader that went away (`| head`) is no error: the process ends quietly. */
export function quietOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
