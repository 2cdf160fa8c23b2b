import { printableJson } from "../../../lib/domain/printable.ts";
import { EXIT_CODES } from "../../../lib/process/exit-code.ts";
import { Trouble } from "../../../lib/process/trouble.ts";
import type { Answer } from "../core/answer.ts";
import { noticeBody } from "../formats/notice.ts";
import type { Notice } from "../formats/notice.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import type { Sink } from "./sink.ts";

export interface FileConfig {
  readonly name: string;
  readonly path: string;
  readonly rotateAtBytes: number;
  readonly keep: number;
}

/** Told about a torn last line that was cut off. */
export type Repaired = (sink: string, path: string, bytesCut: number) => void;

/**
 * The incident object in a file, one line per revision, on the disk before it counts as taken. What
 * a crash tore is cut off at the start: it was not marked, so it is written again.
 */
export class FileSink implements Sink {
  readonly name: string;
  readonly keeping = "every";
  readonly #file: JsonLinesFile;
  readonly #repaired: Repaired;

  constructor(config: FileConfig, repaired: Repaired) {
    this.name = config.name;
    this.#file = new JsonLinesFile(config.path, config.rotateAtBytes, config.keep);
    this.#repaired = repaired;
  }

  async open(): Promise<void> {
    try {
      const bytesCut = await this.#file.open();
      if (bytesCut > 0) this.#repaired(this.name, this.#file.path, bytesCut);
    } catch (error) {
      const what = `sink ${this.name} cannot write ${this.#file.path}: ${messageOf(error)}`;
      const remedy = "choose a path in a folder that this user may write to";
      const trouble = new Trouble("sink_file_unwritable", what, remedy, EXIT_CODES.configuration);
      trouble.cause = error;
      throw trouble;
    }
  }

  async deliver(notice: Notice, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) return { type: "stopped" };
    try {
      await this.#file.append(`${printableJson(noticeBody(notice))}\n`);
      return { type: "taken", httpStatus: null };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isFull = code === "ENOSPC" || code === "EDQUOT";
      return { type: "troubled", trouble: isFull ? "disk_full" : "io", said: messageOf(error) };
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
