import { Option, type Command } from "commander";
import type { Config } from "../lib/config/config.ts";
import { wallClock } from "../lib/process/clock.ts";
import { Answer } from "../lib/process/output.ts";
import { zoneOf } from "../lib/process/zone.ts";
import { DECODE_REASONS } from "../lib/wire/decode-failure.ts";
import { REJECT_REASONS } from "../services/ingest/core/reading.ts";
import {
  Reprocessor,
  REREAD_RESULTS,
  type RereadInput,
  type RereadResult,
} from "../services/ingest/reprocess.ts";
import { asGuest, type GuestLog } from "./guest/guest-log.ts";
import { parseMoment, wordList } from "./guest/time-flags.ts";
import { formatOf, withConfig } from "./settings.ts";

const EXAMPLES = `
Examples:
  $ tidegauge reprocess --dry-run
  $ tidegauge reprocess --reason bad_time,malformed --since 7d

What passes now is published where and when it first came in, so repeating this changes nothing.
`;

const REASONS = [...REJECT_REASONS, ...DECODE_REASONS];

/** Rejects that are read before what passed is published: some records at a time. */
const REJECTS_PER_APPEND = 1_000;

interface ReprocessFlags {
  readonly reason?: readonly string[];
  readonly since?: number;
  readonly dryRun: boolean;
}

type Tally = Record<RereadResult, number>;

/** `reprocess`: rejected records through ingest again. */
export function addReprocess(program: Command): void {
  const command = withConfig(program.command("reprocess"))
    .summary("rejected lines through ingest again")
    .description("Reads what was rejected with the reader and the configuration of now.")
    .addOption(
      new Option("--reason <reasons>", "only these, separated by commas").argParser(
        wordList(REASONS),
      ),
    )
    .addOption(
      new Option("--since <time>", "arrived since, such as 7d or a time").argParser((text) =>
        parseMoment(text, -1, wallClock.nowMs()),
      ),
    )
    .option("--dry-run", "say what would happen, publish nothing", false)
    .addHelpText("after", EXAMPLES)
    .action((flags: ReprocessFlags) =>
      asGuest(command, async (guest) => {
        const { tallies, observations } = await reprocess(guest, flags);
        const answer = new Answer(formatOf(command));
        for (const [reason, tally] of tallies) {
          answer.write({ reason, ...tally }, `${reason}: ${wordsOf(tally)}`);
        }
        process.stderr.write(`${summaryOf(tallies, observations, flags.dryRun)}\n`);
      }),
    );
}

async function reprocess(guest: GuestLog, { reason, since, dryRun }: ReprocessFlags) {
  const reprocessor = await reprocessorOf(guest);
  const tallies = new Map<string, Tally>();
  let observations = 0;
  let read = 0;
  const publish = async () => {
    for (const outgoing of reprocessor.take()) {
      observations += outgoing.records.length;
      if (!dryRun) await guest.publish(outgoing);
    }
  };
  for await (const { value } of guest.records("rejected", "rejected")) {
    if (reason !== undefined && !reason.includes(value.reason)) continue;
    if (since !== undefined && value.arrivalMs < since) continue;
    const tally = tallies.get(value.reason) ?? emptyTally();
    tallies.set(value.reason, tally);
    tally[await reprocessor.read(value)] += 1;
    if (++read % REJECTS_PER_APPEND === 0) await publish();
  }
  await publish();
  return { tallies, observations };
}

async function reprocessorOf(guest: GuestLog): Promise<Reprocessor> {
  const { config, identityRules } = guest.settings;
  const place = async (topic: "observations" | "rejected") => {
    const { length: partitions } = await guest.ranges(topic);
    return { topic: guest.path(topic), partitions };
  };
  return new Reprocessor({
    codec: guest.codec,
    observations: await place("observations"),
    rejected: await place("rejected"),
    lines: guest.path("lines"),
    rules: identityRules,
    retainMs: config.time.retainSeconds * 1_000,
    inputs: new Map(config.inputs.map((input) => [input.name, inputOf(input, config.stream)])),
    recordAt: (position) => guest.bytesAt(position),
  });
}

function inputOf(input: Config["inputs"][number], { engine }: Config["stream"]): RereadInput {
  const own = { realm: input.realm, zone: zoneOf(input.zone) };
  if (input.type !== "kafka") return { ...own, format: null, isShared: false };
  return { ...own, format: input.format, isShared: engine === "kafka" && input.brokers === null };
}

function emptyTally(): Tally {
  return Object.fromEntries(REREAD_RESULTS.map((result) => [result, 0])) as Tally;
}

function wordsOf(tally: Tally): string {
  const said = REREAD_RESULTS.filter((result) => tally[result] > 0);
  return said.map((result) => `${tally[result]} ${WORDS[result]}`).join(", ");
}

const WORDS: Readonly<Record<RereadResult, string>> = {
  passed: "pass now",
  unplaced: "pass, but nothing says whose or when",
  dropped: "are not ours",
  rejected: "are still rejected",
  lost: "were cut when they were kept, and their record is gone",
};

function summaryOf(
  tallies: ReadonlyMap<string, Tally>,
  batches: number,
  isDryRun: boolean,
): string {
  if (tallies.size === 0) return "nothing was rejected";
  const passed = [...tallies.values()].reduce((sum, tally) => sum + tally.passed, 0);
  if (passed === 0) return "nothing passes now, and nothing was published";
  if (isDryRun) return `${passed} would be published; nothing was (--dry-run)`;
  return `${passed} published, in ${batches} ${batches === 1 ? "record" : "records"}`;
}
