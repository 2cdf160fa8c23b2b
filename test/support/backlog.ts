import { GAUGES } from "../../lib/domain/gauge.ts";
import { NO_IDENTITY_RULES } from "../../lib/domain/host-identity.ts";
import { SECOND_MS } from "../../lib/domain/time.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { seededRandom } from "../../lib/process/random.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import type { Step, Work } from "../../lib/stream/run.ts";
import type { LogRecord } from "../../lib/stream/stream.ts";
import { encodeMessage } from "../../lib/wire/message.ts";
import { type TopicName, topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { HostStep } from "../../services/detect/host-step.ts";
import { ScopeStep } from "../../services/detect/scope-step.ts";
import { LinesStep } from "../../services/ingest/pipeline.ts";
import { arrivalOrder } from "../../sim/arrival.ts";
import { finalsOf, keptRevisions } from "../../sim/live/kept.ts";
import { LineAccount } from "../../sim/live/line-account.ts";
import { expectedVerdicts, verdictOf } from "../../sim/live/verdict.ts";
import { FLEET_RULE, HOST_RULE, SITE_RULE, WATCHED } from "../../sim/live/watched.ts";
import { codec } from "../../sim/live/wiring.ts";
import { LineWriter } from "../../sim/log-line.ts";
import { DEFAULT_OPTIONS } from "../../sim/options.ts";
import type { Fact } from "../../sim/oracle.ts";
import { type Plan, planSimulation } from "../../sim/plan.ts";

export const LINES_PARTITIONS = 8;
const COUNTS: Readonly<Partial<Record<TopicName, number>>> = {
  lines: LINES_PARTITIONS,
  observations: 3,
  tallies: 2,
};
const RULES = [SITE_RULE, FLEET_RULE, HOST_RULE];
const LINES_PER_RECORD = 8;

export type Stage = "lines" | "observations" | "tallies";
export const STAGES: readonly Stage[] = ["lines", "observations", "tallies"];

function partitionsOf(topic: TopicName): number {
  return COUNTS[topic] ?? 1;
}

/**
 * Twelve hours of a small fleet, shipped as they were written into partitions of `lines` without
 * keys, that nobody has read yet; and one process of each stage that reads as it is told to.
 */
export class Backlog {
  readonly wanted: readonly string[];
  readonly #clock: ManualClock;
  readonly #log: MemoryLog;
  readonly #steps: Readonly<Record<Stage, Step>>;
  readonly #offsets = new Map<string, number>();

  private constructor(plan: Plan) {
    const first = plan.options.endSecond - plan.options.hours * 3_600;
    this.#clock = new ManualClock(first * SECOND_MS);
    this.#log = new MemoryLog(this.#clock);
    for (const { name, recordBytesMax, cleanup } of Object.values(TOPICS)) {
      const spec = { name: topicPath(name), partitions: partitionsOf(name) };
      this.#log.ensure({ ...spec, recordBytesMax, cleanup });
    }
    this.wanted = expectedVerdicts(factsOf(plan), RULES);
    this.#ship(plan);
    this.#steps = this.#newSteps();
  }

  static async make(seed: number, lines: number): Promise<Backlog> {
    const size = { lines, sites: 3, hostsPerSite: 12, hours: 12, relevant: 0.6, seed };
    const backlog = new Backlog(
      planSimulation({ ...DEFAULT_OPTIONS, ...size, order: "disordered" }),
    );
    await backlog.#assign();
    return backlog;
  }

  /** So many more records of one partition go through their stage; false at its end. */
  async read(stage: Stage, partition: number, records: number): Promise<boolean> {
    const topic = topicPath(stage);
    const place = `${topic}/${partition}`;
    const offset = this.#offsets.get(place) ?? 0;
    const { endOffset, records: all } = this.#log.slice({ topic, partition, offset }, Infinity);
    if (offset >= endOffset) return false;
    const part: readonly LogRecord[] = all.slice(0, records);
    const nextOffset = part.at(-1)!.offset + 1;
    this.#offsets.set(place, nextOffset);
    const batch = { topic, partition, records: part, nextOffset, endOffset };
    // Ticks come by the reader's clock, some hundred to the hour of a backlog.
    this.#clock.advance(400);
    this.#publish(await this.#steps[stage].handle({ type: "records", ...batch }));
    return true;
  }

  /** Everything is read, stage after stage, and time goes on until all incidents are over. */
  async drain(): Promise<void> {
    for (let quietSeconds = 0; quietSeconds < 240; quietSeconds++) {
      for (const stage of STAGES) {
        for (let partition = 0; partition < partitionsOf(stage); partition++) {
          while (await this.read(stage, partition, 1_000));
        }
      }
      this.#clock.advance(SECOND_MS);
      this.#publish(await this.#steps.lines.idle!());
    }
  }

  get verdicts(): string[] {
    return finalsOf(keptRevisions(this.#log))
      .filter(({ state }) => state !== "withdrawn")
      .map(verdictOf)
      .toSorted();
  }

  get kinds(): ReadonlySet<string> {
    return new Set(keptRevisions(this.#log).map(({ incident }) => incident.kind));
  }

  /** As shippers do that know no keys: each record into any partition. */
  #ship(plan: Plan): void {
    const writer = new LineWriter(plan.fleet, plan.table);
    const random = seededRandom(plan.options.seed + 7);
    let lines: string[] = [];
    let second = 0;
    const send = (): void => {
      const partition = random.below(LINES_PARTITIONS);
      const nowMs = Math.max(this.#clock.nowMs(), (second + 1) * SECOND_MS);
      this.#clock.advance(nowMs - this.#clock.nowMs());
      const arrivalMs = nowMs;
      const segments = [
        { lines: lines.length, arrivalMs, peer: null, trust: "connected" },
      ] as const;
      const bytes = Buffer.from(lines.join(""));
      const batch = { input: "any", realm: "", host: null, shipper: "test", segments, bytes };
      const value = encodeMessage(codec, "line-batch", batch);
      this.#log.append(topicPath("lines"), partition, [{ key: null, value }]);
      lines = [];
    };
    for (const line of arrivalOrder(plan)) {
      lines.push(writer.line(line));
      second = Math.max(second, plan.table.seconds[line]!);
      if (lines.length === LINES_PER_RECORD) send();
    }
    if (lines.length > 0) send();
  }

  #newSteps(): Record<Stage, Step> {
    const log = this.#log.connect();
    const shared = { log, codec, path: topicPath, partitionsOf, events: SILENT_EVENTS };
    const detect = { ...WATCHED, ...shared, rules: RULES };
    const place = (topic: TopicName) => {
      return { topic: topicPath(topic), partitions: partitionsOf(topic) };
    };
    const lines = new LinesStep({
      log,
      codec,
      clock: this.#clock,
      events: new LineAccount().events,
      group: "ingest",
      lines: place("lines"),
      observations: place("observations"),
      rejected: place("rejected"),
      zones: new Map(),
      rules: () => NO_IDENTITY_RULES,
      retainMs: WATCHED.retainSeconds * SECOND_MS,
    });
    return { lines, observations: new HostStep(detect), tallies: new ScopeStep(detect) };
  }

  async #assign(): Promise<void> {
    for (const stage of STAGES) {
      const partitions = Array.from({ length: partitionsOf(stage) }, (_, partition) => {
        return { topic: topicPath(stage), partition };
      });
      await this.#steps[stage].assigned!(partitions);
    }
  }

  #publish({ publish }: Work): void {
    for (const { topic, partition, records } of publish) {
      this.#log.append(topic, partition, records);
    }
  }
}

function factsOf({ fleet, table }: Plan): Fact[] {
  const facts: Fact[] = [];
  for (let index = 0; index < table.length; index++) {
    const gauge = GAUGES[table.gauges[index]!];
    if (gauge === undefined) continue;
    const { name, site } = fleet.hosts[table.hosts[index]!]!;
    const [offered, allowed] = [table.offered[index]!, table.allowed[index]!];
    const second = table.seconds[index]!;
    facts.push({ scope: fleet.sites[site]!, host: name, second, gauge, offered, allowed });
  }
  return facts;
}
