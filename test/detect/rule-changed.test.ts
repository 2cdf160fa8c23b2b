import { describe, expect, it } from "vitest";
import { GAUGES } from "../../lib/domain/gauge.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { KINDS, type ObservationBatch } from "../../lib/domain/observation.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import type { Step } from "../../lib/stream/run.ts";
import { decodeMessage, encodeMessage } from "../../lib/wire/message.ts";
import { type TopicName, topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { SITE_RULE, WATCHED } from "../../sim/live/watched.ts";
import { codec } from "../../sim/live/wiring.ts";
import { SILENT_EVENTS } from "../../services/detect/events.ts";
import { HostStep } from "../../services/detect/host-step.ts";
import { ScopeStep } from "../../services/detect/scope-step.ts";

/** 2026-11-20T08:30:00Z. */
const BASE = 1_795_163_400;
const RULE: Rule = { ...SITE_RULE, name: "three", hosts: 3, withinSeconds: 60 };
const COLUMNS = {
  allowed: 192,
  suppressed: 230,
  count: 1,
  timeSource: 0,
  trust: 1,
  arrivalLateMs: 0,
  origin: 0,
} as const;

/** Both stages on one log that outlives them; seconds count from BASE. */
class Machine {
  readonly #clock = new ManualClock(BASE * 1_000);
  readonly #log = new MemoryLog(this.#clock);
  #steps: readonly [Step, Step] | null = null;
  readonly #offsets = new Map<Step, number>();

  constructor() {
    for (const topic of Object.values(TOPICS)) {
      this.#log.ensure({ ...topic, name: topicPath(topic.name), partitions: 1 });
    }
  }

  async start(rules: readonly Rule[]): Promise<this> {
    const log = this.#log.connect();
    const options = {
      ...WATCHED,
      log,
      codec,
      rules,
      events: SILENT_EVENTS,
      path: topicPath,
      partitionsOf: () => 1,
    };
    this.#steps = [new HostStep(options), new ScopeStep(options)];
    for (const [step, topic] of this.#loops()) {
      const [at] = await step.assigned!([{ topic: topicPath(topic), partition: 0 }]);
      this.#offsets.set(step, at!.offset);
    }
    return this;
  }

  /** Each second: what is hot, told as read up to that second. */
  async run(from: number, to: number, hot: readonly string[] = []): Promise<this> {
    for (let second = from; second <= to; second++) {
      this.#clock.advance(BASE * 1_000 + second * 1_000 - this.#clock.nowMs());
      const value = encodeMessage(codec, "observation-batch", observed(hot, BASE + second));
      this.#append("observations", value);
      for (const [step, topic] of this.#loops()) await this.#pump(step, topic);
    }
    return this;
  }

  revisions(): Incident[] {
    return this.#log.slice(this.#at("incidents", 0), Infinity).records.map(({ value }) => {
      const message = decodeMessage(codec, value!, ["incident"]);
      if (!message.ok) throw new Error(message.detail);
      return message.value;
    });
  }

  /** The latest of each incident, the first published first. */
  incidents(): Incident[] {
    return [...new Map(this.revisions().map((incident) => [incident.id, incident])).values()];
  }

  #loops(): readonly (readonly [Step, TopicName])[] {
    const [host, scope] = this.#steps!;
    return [
      [host, "observations"],
      [scope, "tallies"],
    ];
  }

  async #pump(step: Step, topic: TopicName): Promise<void> {
    const { records, nextOffset, endOffset } = this.#log.slice(
      this.#at(topic, this.#offsets.get(step)!),
      Infinity,
    );
    if (records.length === 0) return;
    const place = { topic: topicPath(topic), partition: 0 };
    const work = await step.handle({ type: "records", ...place, records, nextOffset, endOffset });
    this.#offsets.set(step, nextOffset);
    for (const each of work.publish) this.#log.append(each.topic, each.partition, each.records);
  }

  #append(topic: TopicName, value: Uint8Array): void {
    this.#log.append(topicPath(topic), 0, [{ key: null, value }]);
  }

  #at(topic: TopicName, offset: number) {
    return { topic: topicPath(topic), partition: 0, offset };
  }
}

function observed(hosts: readonly string[], second: number): ObservationBatch {
  const each = (value: number) => hosts.map(() => value);
  const columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([column, value]) => [column, each(value)]),
  ) as Record<keyof typeof COLUMNS, number[]>;
  return {
    ...columns,
    hosts: hosts.map((name) => ({ realm: "", name })),
    host: hosts.map((_, index) => index),
    timeMs: each(second * 1_000),
    kind: each(KINDS.indexOf("limit")),
    gauge: each(GAUGES.indexOf("tcp_reset")),
    offered: each(422),
    origins: ["t.lines/0@0"],
    line: hosts.map((_, index) => index + 1),
    texts: [],
    textOf: [],
    ticks: [{ source: "lines/0", arrivalMs: second * 1_000 }],
    canaries: [],
  };
}

const HOT = ["fra1-a", "fra1-b", "fra1-c"];
const flooded = async () => (await new Machine().start([RULE])).run(0, 150, HOT);
const CHANGED: Partial<Incident> = { state: "resolved", closeReason: "rule_changed" };

describe("a rule that was changed while nothing ran", () => {
  it.each<[string, Partial<Rule>]>([
    ["threshold", { hosts: 2 }],
    ["window", { withinSeconds: 90 }],
    ["severity", { severity: "critical" }],
  ])("ends its incident where the %s is another one, and opens its own", async (_what, change) => {
    const machine = await flooded();
    const [before] = machine.incidents();
    expect(before).toMatchObject({ state: "confirmed", hosts: { count: 3 } });
    const changed = { ...RULE, ...change };
    await (await machine.start([changed])).run(151, 160, HOT);
    const [ended, opened, ...more] = machine.incidents();
    expect(more).toEqual([]);
    expect(ended).toMatchObject({ ...CHANGED, id: before!.id, metAt: before!.metAt });
    expect(ended!.changes).toEqual(["state confirmed → resolved", "rule changed"]);
    expect(opened).toMatchObject({ state: "confirmed", hosts: { count: 3 } });
    // It knows all of what was hot, also what came before the change.
    expect(opened!.startedAt).toBe(before!.startedAt);
    expect(opened!.rule.configHash).not.toBe(before!.rule.configHash);
    const revisions = machine.revisions().length;
    await (await machine.start([changed])).run(161, 165, HOT);
    expect(machine.revisions()).toHaveLength(revisions);
  });

  it("ends the incidents of a rule that is gone, and no others", async () => {
    const other = { ...RULE, name: "two", hosts: 2 };
    const machine = await (await new Machine().start([RULE, other])).run(0, 150, HOT);
    await (await machine.start([other])).run(151, 155, HOT);
    const states = machine.incidents().map(({ rule, state }) => [rule.name, state] as const);
    expect(Object.fromEntries(states)).toEqual({ three: "resolved", two: "confirmed" });
  });

  it("leaves an incident that had ended as it was", async () => {
    const machine = await (await flooded()).run(151, 400);
    expect(machine.incidents()).toMatchObject([{ closeReason: "quiet_assumed" }]);
    await (await machine.start([])).run(401, 405);
    expect(machine.incidents()).toMatchObject([{ closeReason: "quiet_assumed" }]);
  });

  it("changes nothing where it is the same rule", async () => {
    const machine = await flooded();
    const told = machine.revisions().length;
    await (await machine.start([RULE])).run(151, 155, HOT);
    expect(machine.revisions()).toHaveLength(told);
    expect(machine.incidents()).toMatchObject([{ state: "confirmed" }]);
  });
});
