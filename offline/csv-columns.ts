import { utcZone } from "../lib/domain/zone.ts";
import { shipperTimeMs } from "../services/ingest/envelopes/shipper-time.ts";
import { readRow } from "./csv-row.ts";
import { csvTime } from "./csv-time.ts";

/** Which column of an export holds what; -1 where none does. */
export interface CsvColumns {
  readonly separator: number;
  readonly text: number;
  /** Whether the text is the line as it was, head and all, rather than the message in it. */
  readonly isWhole: boolean;
  readonly host: number;
  readonly time: number;
  readonly isTimeUtc: boolean;
  readonly program: number;
}

/** Columns of Splunk, Elastic, Sentinel, Graylog and QRadar exports, lower case, best first. */
const WHOLE_COLUMNS = ["_raw", "raw", "rawdata", "event.original", "log.original", "payload"];
const MESSAGE_COLUMNS = ["syslogmessage", "message", "msg", "text", "event", "log"];
const HOST_COLUMNS = [
  "host",
  "hostname",
  "host.hostname",
  "host.name",
  "log.syslog.hostname",
  "computer",
  "source",
];
const TIME_COLUMNS = [
  "_time",
  "@timestamp",
  "eventtime",
  "timegenerated",
  "timestamp",
  "time",
  "date",
];
const PROGRAM_COLUMNS = [
  "processname",
  "process.name",
  "log.syslog.appname",
  "program",
  "appname",
  "ident",
];

const SEPARATORS = [",", ";", "\t"].map((separator) => separator.charCodeAt(0));
const UTC_MARK = " [utc]";

/** What the exports' columns are called, for a person who must rename one. */
export const MESSAGE_COLUMN_NAMES = "_raw, raw, event.original, message or SyslogMessage";

/**
 * The columns that a header row names; null where no column holds the line. `needsContext` asks for
 * a column of hosts or times beside it: a lone word is no header yet.
 */
export function csvColumns(header: Uint8Array, needsContext: boolean): CsvColumns | null {
  for (const separator of SEPARATORS) {
    const row = readRow(header, 0, header.length, separator, true);
    const names = (row?.fields ?? []).map((name) =>
      name.replace("\uFEFF", "").trim().toLowerCase(),
    );
    const columns = columnsOf(names, separator);
    const hasContext = columns.host >= 0 || columns.time >= 0;
    if (columns.text >= 0 && (hasContext || !needsContext)) return columns;
  }
  return null;
}

function columnsOf(names: readonly string[], separator: number): CsvColumns {
  const plain = names.map((name) => name.replace(UTC_MARK, ""));
  const find = (wanted: readonly string[]): number =>
    plain.indexOf(wanted.find((name) => plain.includes(name)) ?? "\0");
  const whole = find(WHOLE_COLUMNS);
  const time = find(TIME_COLUMNS);
  return {
    separator,
    text: whole >= 0 ? whole : find(MESSAGE_COLUMNS),
    isWhole: whole >= 0,
    host: find(HOST_COLUMNS),
    time,
    isTimeUtc: names[time]?.endsWith(UTC_MARK) ?? false,
    program: find(PROGRAM_COLUMNS),
  };
}

/** A row in the project's own form of a line (contracts.md section 3). */
export function lineOfRow(fields: readonly string[], columns: CsvColumns): object {
  const message = fields[columns.text] ?? "";
  const program = valueAt(fields, columns.program);
  return {
    type: "line",
    host: valueAt(fields, columns.host),
    time: timeOf(fields, columns),
    text: columns.isWhole || program === null ? message : `${program}: ${message}`,
  };
}

/** A whole line has a date of its own, so a column in a form that nobody knows is left aside. */
function timeOf(fields: readonly string[], columns: CsvColumns): string | null {
  const value = valueAt(fields, columns.time);
  const time = value === null ? null : csvTime(value, columns.isTimeUtc);
  return columns.isWhole && Number.isNaN(shipperTimeMs(time, 0, utcZone)) ? null : time;
}

/** Exports write a dash, or nothing, for what an event does not have. */
function valueAt(fields: readonly string[], column: number): string | null {
  const value = fields[column]?.trim() ?? "";
  return value === "" || value === "-" ? null : value;
}
