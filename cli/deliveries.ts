import { Option, type Command } from "commander";
import { type Delivery, DELIVERY_STATES, type DeliveryState } from "../lib/domain/delivery.ts";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import { deliveryRecordKey } from "../lib/wire/record-key.ts";
import { retryByHand } from "../services/notify/core/delivery-record.ts";
import { deliveryJson, deliveryText, readDeliveries } from "./guest/deliveries.ts";
import { asGuest } from "./guest/guest-log.ts";
import { findIncident, knownIncidents } from "./guest/known-incidents.ts";
import { ROWS_SHOWN } from "./guest/limits.ts";
import { wordList } from "./guest/time-flags.ts";
import { parseCount } from "./input-flags.ts";
import { formatOf, withConfig } from "./settings.ts";

const LIST_EXAMPLES = `
Examples:
  $ tidegauge deliveries list
  $ tidegauge deliveries list --state failed,dead --sink pager
`;
const RETRY_EXAMPLES = `
Examples:
  $ tidegauge deliveries retry 3k9f2m7q --sink pager
  $ tidegauge deliveries retry --dead
`;

interface ListFlags {
  readonly state?: readonly DeliveryState[];
  readonly sink?: string;
  readonly incident?: string;
  readonly limit: number;
}

interface RetryFlags {
  readonly sink?: string;
  readonly dead: boolean;
}

/** `deliveries`: what went where. */
export function addDeliveries(program: Command): void {
  const deliveries = program
    .command("deliveries")
    .summary("what went to which sink, and what did not")
    .helpCommand(false);
  addList(deliveries);
  addRetry(deliveries);
}

function addList(deliveries: Command): void {
  const command = withConfig(deliveries.command("list"))
    .summary("where each incident stands at each sink, the latest change first")
    .addOption(
      new Option("--state <states>", DELIVERY_STATES.join(", ")).argParser(
        wordList(DELIVERY_STATES),
      ),
    )
    .option("--sink <name>", "of this sink")
    .option("--incident <id>", "of this incident")
    .option("--limit <n>", "show so many", parseCount, ROWS_SHOWN)
    .addHelpText("after", LIST_EXAMPLES)
    .action(({ state, sink, incident, limit }: ListFlags) =>
      asGuest(command, async (guest) => {
        const found = (await readDeliveries(guest)).filter(
          (delivery) =>
            (state?.includes(delivery.state) ?? true) &&
            (sink === undefined || delivery.sink === sink) &&
            (incident === undefined || delivery.incidentId.endsWith(incident)),
        );
        const answer = new Answer(formatOf(command));
        for (const delivery of found.slice(0, limit)) {
          answer.write(deliveryJson(delivery), deliveryText(delivery));
        }
        if (found.length <= limit) return;
        process.stderr.write(`${found.length - limit} older ones are not shown: --limit\n`);
      }),
    );
}

function addRetry(deliveries: Command): void {
  const command = withConfig(deliveries.command("retry"))
    .summary("send the newest revision again")
    .description("The notifier that runs on this log, or the next that does, sends it again.")
    .argument("[id]", "incident, in full or its last 8 characters")
    .option("--sink <name>", "only to this sink")
    .option("--dead", "all that were given up", false)
    .addHelpText("after", RETRY_EXAMPLES)
    .action((id: string | undefined, { sink, dead }: RetryFlags) =>
      asGuest(command, async (guest) => {
        if ((id === undefined) === !dead) throw whichOnes();
        const incidentId =
          id === undefined ? undefined : findIncident(await knownIncidents(guest), id).id;
        const wanted = (await readDeliveries(guest)).filter(
          (delivery) =>
            (incidentId === undefined
              ? delivery.state === "dead"
              : delivery.incidentId === incidentId) &&
            (sink === undefined || delivery.sink === sink),
        );
        const answer = new Answer(formatOf(command));
        for (const delivery of wanted) {
          const again: Delivery = retryByHand(delivery);
          await guest.append("deliveries", "delivery", deliveryRecordKey(again), again);
          answer.write(deliveryJson(again), deliveryText(again));
        }
        if (wanted.length === 0) process.stderr.write("there is nothing to send again\n");
      }),
    );
}

function whichOnes(): Trouble {
  const what = "it is not said what to send again";
  return new Trouble("retry_unclear", what, "give an incident, or --dead", EXIT_CODES.usage);
}
