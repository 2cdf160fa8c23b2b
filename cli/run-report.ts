import { printable } from "../lib/domain/printable.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { reportOf } from "../lib/process/trouble.ts";
import type { ByteSource } from "../offline/byte-source.ts";
import type { OpenInput } from "../offline/files.ts";
import { OutcomeCounts } from "../services/ingest/core/outcome-counts.ts";
import { REJECT_REASONS } from "../services/ingest/core/reading.ts";
import type { RejectNotes } from "./reject-notes.ts";

export interface RunFigures {
  readonly inputs: readonly OpenInput[];
  readonly rejects: RejectNotes;
  readonly beyondRetain: number;
  readonly hosts: number;
}

/** What became of every line, on standard error; trouble with a file makes the exit code 1. */
export function reportRun({ inputs, rejects, beyondRetain, hosts }: RunFigures): void {
  const counts = new OutcomeCounts();
  for (const { lines } of inputs) counts.add(lines.counts);
  const notes = [...rejects.lines, summaryOf(counts, hosts), ...warningsOf(counts, beyondRetain)];
  for (const note of notes) process.stderr.write(`${printable(note)}\n`);
  reportTroubles(inputs.map(({ bytes }) => bytes));
}

/** Files that could not be read to their end; any of them makes the exit code 1. */
export function reportTroubles(sources: readonly ByteSource[]): void {
  for (const { trouble } of sources) {
    if (trouble === null) continue;
    process.stderr.write(`${printable(reportOf(trouble).text)}\n`);
    process.exitCode = EXIT_CODES.no;
  }
}

function summaryOf(counts: OutcomeCounts, hosts: number): string {
  const parts = [`${grouped(counts.pass)} ours`, `${grouped(counts.dropped)} not ours`];
  const reasons = REJECT_REASONS.flatMap((reason) => {
    const count = counts.rejectedAs(reason);
    return count === 0 ? [] : [`${reason} ${grouped(count)}`];
  });
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  parts.push(`${grouped(counts.rejected)} rejected${why}`);
  return `${grouped(counts.lines)} lines: ${parts.join(", ")}; ${grouped(hosts)} hosts`;
}

function warningsOf(counts: OutcomeCounts, beyondRetain: number): string[] {
  const notes: string[] = [];
  if (counts.withoutHost > 0) {
    notes.push(`${grouped(counts.withoutHost)} lines name no host: say whose they are with --host`);
  }
  if (counts.withoutTime > 0) {
    notes.push(`${grouped(counts.withoutTime)} lines carry no time and could not be placed`);
  }
  if (counts.excessBytes > 0) {
    notes.push(`${grouped(counts.excessBytes)} bytes beyond the line cap were not looked at`);
  }
  if (beyondRetain > 0) {
    notes.push(
      `${grouped(beyondRetain)} facts came more than time.retain behind the others and changed ` +
        "nothing: raise it, or give each host's file on its own, which merges them by time",
    );
  }
  return notes;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
