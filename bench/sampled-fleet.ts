import { rulesOf } from "../lib/config/rule-pack.ts";
import { validate } from "../lib/config/validate.ts";
import { assert } from "../lib/domain/assert.ts";
import type { FactBatch } from "../lib/domain/fact-batch.ts";
import { GAUGES } from "../lib/domain/gauge.ts";
import { HostDirectory } from "../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../lib/domain/inventory.ts";
import type { ObservationBatch } from "../lib/domain/observation.ts";
import { observationsToFacts } from "../lib/domain/observation-facts.ts";
import { reachSecondsOf } from "../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../lib/domain/scope.ts";
import { createScoping } from "../lib/domain/scoping.ts";
import { coversOf } from "../services/detect/host/cover.ts";
import { HostStage } from "../services/detect/host/host-stage.ts";
import { TallyWriter } from "../services/detect/host/tally-writer.ts";
import { LIMITS } from "../services/detect/limits.ts";

const ALL_GAUGES = (1 << GAUGES.length) - 1;

/** Joins lines and counters. */
const FLOOD = { name: "flood", type: "flood", scope: "site" } as const;

/** The host stage of one partition under one rule. */
export class SampledFleet {
  readonly directory = new HostDirectory();
  readonly stage: HostStage;
  /** Tallies and participants that were told. */
  told = 0;
  readonly #writer: TallyWriter;

  constructor() {
    const { config } = validate({ rules: [FLOOD] });
    assert(config !== null, "the configuration of the bench is right");
    const rules = rulesOf(config);
    const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);
    const { covers } = coversOf(rules, scoping.definitions);
    const { directory } = this;
    this.stage = new HostStage({
      covers,
      scoping,
      directory,
      owns: null,
      hostRuleMask: 0,
      keptMask: ALL_GAUGES,
      withinSecondsMax: Math.max(...rules.map(reachSecondsOf)),
      cellsMax: LIMITS.cellsMax,
      evidenceSlots: LIMITS.evidenceSlots,
    });
    this.#writer = new TallyWriter({
      stage: this.stage,
      directory,
      definitions: scoping.definitions,
      partition: 0,
      coverHashes: covers.map((_, cover) => String(cover)),
      hostCovers: [],
    });
  }

  factsOf(batch: ObservationBatch): FactBatch {
    return observationsToFacts(batch, this.directory);
  }

  fold(facts: FactBatch): void {
    this.stage.fold(facts, 0, facts.length);
  }

  /** As a tick does: tells what changed. */
  tick(second: number): void {
    this.told += this.#writer.flush(0, second * 1_000, [], []).length - 1;
    this.stage.pass(second, 86_400);
  }
}
