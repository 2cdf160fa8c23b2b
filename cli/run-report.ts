import { printable } from "../lib/domain/printable.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { reportOf } from "../lib/process/trouble.ts";
import type { ByteSource } from "../offline/byte-source.ts";
import { OutcomeCounts } from "../services/ingest/core/outcome-counts.ts";
import { REJECT_REASONS } from "../services/ingest/core/reading.ts";
import type { RejectNotes } from "./reject-notes.ts";

/** What was read, and why it ended early if it did. */
interface ReadInput {
  readonly bytes: Pick<ByteSource, "trouble">;
  readonly lines: { readonly counts: OutcomeCounts };
}

export interface RunFigures {
  readonly inputs: readonly ReadInput[];
  readonly rejects: RejectNotes;
  readonly beyondRetain: number;
  readonly hosts: number;
  readonly incidents: number;
}

/** What became of every line, on standard error; trouble with a file makes the exit code 1. */
export function reportRun(figures: RunFigures): void {
  const { inputs, rejects, beyondRetain } = figures;
  const counts = new OutcomeCounts();
  for (const { lines } of inputs) counts.add(lines.counts);
  const notes = [...rejects.lines, summaryOf(counts, figures), ...warningsOf(counts, beyondRetain)];
  for (const note of notes) process.stderr.write(`${printable(note)}\n`);
  reportTroubles(inputs.map(({ bytes }) => bytes));
}

/** Files that could not be read to their end; any of them makes the exit code 1. */
export function reportTroubles(sources: readonly Pick<ByteSource, "trouble">[]): void {
  for (const { trouble } of sources) {
    if (trouble === null) continue;
    process.stderr.write(`${printable(reportOf(trouble).text)}\n`);
    process.exitCode = EXIT_CODES.no;
  }
}

function summaryOf(counts: OutcomeCounts, { hosts, incidents }: RunFigures): string {
  const parts = [`${grouped(counts.pass)} ours`, `${grouped(counts.dropped)} not ours`];
  const reasons = REJECT_REASONS.flatMap((reason) => {
    const count = counts.rejectedAs(reason);
    return count === 0 ? [] : [`${reason} ${grouped(count)}`];
  });
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  parts.push(`${grouped(counts.rejected)} rejected${why}`);
  const read = `${plural(counts.lines, "line")}: ${parts.join(", ")}`;
  const found = incidents === 0 ? "no incident" : plural(incidents, "incident");
  return `${read}; ${plural(hosts, "host")}, ${found}`;
}

function warningsOf(counts: OutcomeCounts, beyondRetain: number): string[] {
  const notes: string[] = [];
  if (counts.withoutHost > 0) {
    notes.push(`of ours without a host name, ${grouped(counts.withoutHost)}: --host says whose`);
  }
  if (counts.withoutTime > 0) {
    notes.push(`of ours without a time, ${grouped(counts.withoutTime)}: they cannot be placed`);
  }
  if (counts.excessBytes > 0) {
    notes.push(`${plural(counts.excessBytes, "byte")} beyond the longest line, not looked at`);
  }
  if (beyondRetain > 0) {
    notes.push(
      `${plural(beyondRetain, "line")} more than time.retain behind the others, which changed ` +
        "nothing: raise it, or give each host's file on its own, and they are merged by time",
    );
  }
  return notes;
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
