import type { Command } from "commander";
import { EXIT_CODES } from "../lib/process/exit-code.ts";
import { Answer } from "../lib/process/output.ts";
import { Trouble } from "../lib/process/trouble.ts";
import type { TopicPlan } from "../lib/stream/topic-plan.ts";
import { formatOf, loadSettings, withConfig, type Settings } from "./settings.ts";
import { planText, type PlannedTopic } from "./topics-text.ts";

const EXAMPLES = `
Examples:
  $ tidegauge topics plan --config tidegauge.yaml
  $ tidegauge topics apply --config tidegauge.yaml

Exit codes: 0 the topics fit, 1 they do not (plan: something is missing or differs; apply:
something differs that it does not change).
`;

/** `topics plan|apply`: the topics of a cluster, as they are and as they should be. */
export function addTopics(program: Command): void {
  const topics = program
    .command("topics")
    .summary("topics as they are and as they should be")
    .helpCommand(false);
  for (const name of ["plan", "apply"] as const) {
    const command = withConfig(topics.command(name))
      .summary(name === "plan" ? "what is missing and what differs" : "create what is missing")
      .description(
        name === "plan"
          ? "Compares the topics of the cluster at stream.kafka with what the services need."
          : "Creates the topics that are missing. What is there is never changed: what " +
              "differs is told with the command that mends it.",
      )
      .addHelpText("after", EXAMPLES)
      .action(async () => {
        await run(loadSettings(command), name === "apply", new Answer(formatOf(command)));
      });
  }
}

async function run(settings: Settings, creates: boolean, answer: Answer): Promise<void> {
  const { engine, prefix } = settings.config.stream;
  if (engine !== "kafka") throw notOnKafka(engine);
  // Loaded only here: other commands start without a client.
  const { openKafkaForCommand, topicSpecs } = await import("./open-log.ts");
  const { log, partitionsOf } = await openKafkaForCommand(settings, "tidegauge topics");
  try {
    const specs = topicSpecs(prefix, partitionsOf);
    const before = await log.planTopics(specs);
    const created = new Set<string>();
    if (creates) {
      for (const { topic, state } of before) if (state === "create") created.add(topic);
      await log.createTopics(before);
    }
    const after = creates ? await log.planTopics(specs) : before;
    const planned = after.map((plan) => plannedOf(plan, created));
    for (const topic of planned) answer.write(topic, planText(topic));
    if (planned.some(({ fits }) => !fits)) process.exitCode = EXIT_CODES.no;
  } finally {
    await log.close();
  }
}

function plannedOf(plan: TopicPlan, created: ReadonlySet<string>): PlannedTopic {
  const { topic, spec, replication, state, differences } = plan;
  return {
    topic,
    partitions: spec.partitions,
    replication,
    state: created.has(topic) ? "created" : state,
    fits: state === "fits",
    differences: differences.map(({ what, is, shouldBe, isFatal, remedy }) => ({
      what,
      is,
      shouldBe,
      stopsServices: isFatal,
      remedy,
    })),
  };
}

function notOnKafka(engine: string): Trouble {
  return new Trouble(
    "engine_unfit",
    `stream.engine is ${engine}: its topics are made when the services start`,
    "set `engine: kafka` in `stream` for a cluster",
    EXIT_CODES.configuration,
  );
}
