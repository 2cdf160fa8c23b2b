import type { Command } from "commander";
import { wallClock } from "../lib/process/clock.ts";
import { Answer } from "../lib/process/output.ts";
import type { ByteSource } from "../offline/byte-source.ts";
import { openBytes } from "../offline/files.ts";
import { LineReader } from "../offline/line-reader.ts";
import { type Description, describeLine } from "../services/ingest/describe.ts";
import type { LineContext } from "../services/ingest/read-line.ts";
import { descriptionText } from "./description-text.ts";
import { type LineFlags, withLines } from "./input-flags.ts";
import { reportTroubles } from "./run-report.ts";
import { formatOf } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge parse /var/log/messages
  $ tidegauge parse -o human --zone Europe/Berlin messages.1.gz
  $ dmesg | tidegauge parse | grep -v '"outcome":"drop"'
`;

/** `parse [FILE...]`: what every line says, in input order; one object per event. */
export function addParse(program: Command): void {
  const command = withLines(program.command("parse"))
    .summary("say what each line means, one by one")
    .description(
      "Prints what each line says, in input order: one object per line, or per event of a JSON " +
        "batch. Files may be .gz or .zst; - is standard input.",
    )
    .argument("[files...]", "log files; none or - reads standard input")
    .addHelpText("after", EXAMPLES)
    .action((files: string[], flags: LineFlags) => runParse(command, files, flags));
}

async function runParse(command: Command, files: string[], flags: LineFlags): Promise<void> {
  const answer = new Answer(formatOf(command));
  const sources = (files.length === 0 ? ["-"] : files).map((file) => openBytes(file, flags.format));
  for (const source of sources) await describeSource(source, flags, answer);
  reportTroubles(sources);
}

/** Hands over what was said a buffer at a time, and reads on once the reader of it has kept up. */
async function describeSource(
  source: ByteSource,
  { zone, referenceTime }: LineFlags,
  answer: Answer,
): Promise<void> {
  const referenceMs = referenceTime ?? source.modifiedMs ?? wallClock.nowMs();
  const context: LineContext = { referenceMs, zone, arrivalMs: null };
  const lines = new LineReader(source);
  while (await lines.fill()) {
    let text = "";
    while (lines.next()) {
      for (const description of describe(lines, context)) {
        text += answer.textOf(description, () => descriptionText(description));
      }
    }
    if (text !== "") await answer.writeText(text);
  }
}

function describe(lines: LineReader, context: LineContext): readonly Description[] {
  const { bytes, start, end, lineNumber: line, isTooLong } = lines;
  if (isTooLong) return [{ outcome: "reject", reason: "line_too_long", line }];
  return describeLine(bytes, start, end, context, line);
}
