import { InvalidArgumentError, Option, type Command } from "commander";
import { LOG_FORMATS, type LogFormat } from "../offline/formats.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { zoneOf } from "../lib/process/zone.ts";
import { utcZone, type Zone } from "../lib/domain/zone.ts";

export interface LineFlags {
  readonly format: LogFormat;
  readonly zone: Zone;
  readonly referenceTime?: number;
}

export interface InputFlags extends LineFlags {
  readonly host?: string;
  readonly realm: string;
}

/** The flags of every command that reads log files into facts about hosts. */
export function withInputs(command: Command): Command {
  return withLines(command)
    .option("--host <name>", "whose the lines without a host name are")
    .option("--realm <realm>", "the realm of the hosts", "");
}

/** The flags of every command that reads log files. */
export function withLines(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--format <format>",
        "auto tells text and json line by line, and csv (a SIEM's export) by its header row",
      )
        .choices(LOG_FORMATS)
        .default("auto"),
    )
    .addOption(
      new Option("--zone <zone>", "time zone of dates without one, as in Europe/Berlin")
        .argParser(parseZone)
        .default(utcZone, "UTC"),
    )
    .addOption(
      new Option(
        "--reference-time <time>",
        "dates without a year are not later; default: when the file was last written",
      ).argParser(parseTime),
    );
}

function parseZone(name: string): Zone {
  try {
    return zoneOf(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError("Give an IANA zone such as Europe/Berlin or UTC.");
  }
}

function parseTime(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) {
    throw new InvalidArgumentError("Give a time such as 2026-11-20T08:30:00Z.");
  }
  return timeMs;
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,12}$/.test(text) || count === 0) {
    throw new InvalidArgumentError("give a whole number from 1.");
  }
  return count;
}

const PORT_MAX = 65_535;

/** 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > PORT_MAX) {
    throw new InvalidArgumentError("give a port from 0 to 65535.");
  }
  return port;
}

/** Configuration of a command that must not run on a bad one. */
export function tooMany(flag: string, value: number, max: number): Trouble {
  return new Trouble("flag_out_of_range", `${flag} is ${value}`, `give 1 to ${max}`, 2);
}
