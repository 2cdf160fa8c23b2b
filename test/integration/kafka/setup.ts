import type { TestProject } from "vitest/node";
import { startTestKafka, type TestKafka } from "../../support/kafka-cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A string says why there is none. */
    kafka: TestKafka | string;
  }
}

/** One broker for all tests of the run; in CI there must be one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kafka = await startTestKafka();
  if (typeof kafka === "string") {
    if (process.env["CI"]) throw new Error(`no Kafka to test on: ${kafka}`);
    project.provide("kafka", kafka);
    return async () => undefined;
  }
  const { brokers, origin } = kafka;
  process.stderr.write(`kafka: ${brokers} (${origin})\n`);
  project.provide("kafka", { brokers, origin });
  return () => kafka.stop();
}
