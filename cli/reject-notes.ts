import { printable } from "../lib/domain/printable.ts";
import { REJECT_REASONS } from "../services/ingest/core/reading.ts";

/** So many rejected lines are shown; all of them are counted. */
const SHOWN_MAX = 5;
const TEXT_BYTES_SHOWN = 120;

/** The first lines that were ours and could not be believed, for the report of a run. */
export class RejectNotes {
  readonly lines: string[] = [];

  note(file: string, line: number, reason: number, bytes: Uint8Array): void {
    if (this.lines.length === SHOWN_MAX) return;
    const text = new TextDecoder().decode(bytes.subarray(0, TEXT_BYTES_SHOWN));
    const cut = bytes.length > TEXT_BYTES_SHOWN ? "…" : "";
    this.lines.push(`rejected ${file}#${line} ${REJECT_REASONS[reason]}: ${printable(text)}${cut}`);
  }
}
