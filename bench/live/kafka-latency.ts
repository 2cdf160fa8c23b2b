import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Consumer } from "../../lib/stream/stream.ts";
import { revisionOf } from "../../sim/live/kept.ts";
import { ServiceFleet } from "../../test/support/kafka/service-fleet.ts";
import { WorldLog } from "../../test/support/kafka/world-log.ts";
import { FLOOD_RULE } from "../../test/support/live/flood-script.ts";
import { until } from "../../test/support/live/up-process.ts";
import { temporaryFolder } from "../simulated-log.ts";
import { numberText, printTable } from "../table.ts";
import { background, floodOf } from "./latency.ts";
import { cpuSecondsOf } from "./up-under-test.ts";

const PARTITIONS = 6;
const LINES_PER_SECOND = 2_000;
/** How long a listener gathers lines before it appends them. */
const STEP_MS = 20;
/** From one flood to the next; no part of a second, so that they fall anywhere in one. */
const FLOOD_EVERY_MS = 470;
/** Without floods, until compilers and groups have settled. */
const WARM_MS = 8_000;

/** Prints p50 and p99 over so many floods, each of a site of its own. */
export async function kafkaLatency(brokers: readonly string[], floods: number): Promise<void> {
  const log = await WorldLog.make(brokers, `${randomUUID()}.`, PARTITIONS);
  const fleet = await ServiceFleet.start({
    folder: temporaryFolder(),
    brokers,
    prefix: log.prefix,
    rules: [FLOOD_RULE],
    services: ["ingest", "detect"],
  });
  const consumer = await log.log.join({ group: randomUUID(), topics: [log.path("incidents")] });
  const metMs = new Map<string, number>();
  const waitsMs: number[] = [];
  const reading = eachFirst(consumer, (site) => {
    waitsMs.push(performance.now() - metMs.get(site)!);
    metMs.delete(site);
  });
  const cpu = () => fleet.services.map((_, number) => cpuSecondsOf(fleet.process(number).pid));
  const cpuBefore = cpu();
  const startedMs = performance.now();
  let [sent, step] = [0, 0];
  const append = (lines: readonly string[]) =>
    log.appendLines(step++ % PARTITIONS, Buffer.from(lines.map((line) => `${line}\n`).join("")));
  for (let flood = 0; flood < floods;) {
    await pause(STEP_MS);
    const passedMs = performance.now() - startedMs;
    const due = Math.floor((passedMs * LINES_PER_SECOND) / 1_000);
    void append(Array.from({ length: due - sent }, (_, n) => background(sent + n)));
    sent = due;
    if (passedMs < WARM_MS + flood * FLOOD_EVERY_MS) continue;
    const site = `flood${flood++}`;
    metMs.set(site, performance.now());
    void append(floodOf(site));
  }
  await until("incident of every flood", () => metMs.size === 0);
  const seconds = (performance.now() - startedMs) / 1_000;
  const shares = cpu().map((spent, n) => numberText(((spent - cpuBefore[n]!) / seconds) * 100));
  await consumer.close();
  await reading;
  await fleet.stop();
  await log.close();
  waitsMs.sort((a, b) => a - b);
  const at = (share: number) => `${numberText(waitsMs[Math.ceil(waitsMs.length * share) - 1]!)} ms`;
  printTable(`From the append of the line that meets the rule to incidents, ${floods} floods`, [
    ["lines/s", "p50", "p99", "longest", "CPU of ingest, detect"],
    [numberText(sent / seconds), at(0.5), at(0.99), at(1), `${shares.join(" %, ")} % of a core`],
  ]);
}

/** Tells the scope of the first revision of each incident as it comes. */
async function eachFirst(consumer: Consumer, told: (scope: string) => void): Promise<void> {
  for (;;) {
    const event = await consumer.next();
    if (event.type === "closed") return;
    if (event.type !== "records") continue;
    for (const { value } of event.records) {
      const { incident } = revisionOf(value!);
      if (incident.revision === 1) told(incident.scope.value);
    }
  }
}
