import { FactBatch } from "../../lib/domain/fact-batch.ts";
import { type Gauge, GAUGES } from "../../lib/domain/gauge.ts";
import { HostDirectory } from "../../lib/domain/host-directory.ts";
import { EMPTY_INVENTORY } from "../../lib/domain/inventory.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../lib/domain/scope.ts";
import { createScoping } from "../../lib/domain/scoping.ts";
import { Detector } from "../../services/detect/pipeline.ts";
import { incidentOf } from "../../services/detect/rules/incident-of.ts";

/** One limit line as a test writes it down. */
export interface TestFact {
  readonly host: string;
  readonly second: number;
  readonly gauge?: Gauge;
  readonly offered?: number;
  readonly allowed?: number;
  readonly text?: string;
}

/** A detector on facts instead of lines, and everything that it published. */
export class DetectBench {
  readonly revisions: Incident[] = [];
  readonly finals: Incident[] = [];
  readonly detector: Detector;
  /** What an inventory would say of every scope. */
  hostsExpected: number | null = null;
  readonly #directory = new HostDirectory();
  readonly #encoder = new TextEncoder();

  constructor(rules: readonly Rule[], partitions = 1, retainSeconds = 86_400, cellsMax = 1 << 16) {
    this.detector = new Detector({
      rules,
      scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
      directory: this.#directory,
      partitions,
      partitionOf: (host) => host % partitions,
      retainSeconds,
      cellsMax,
      evidenceSlots: 1 << 10,
      sink: {
        publish: (watch, record, reason) =>
          this.revisions.push(
            incidentOf(watch, record, {
              configHash: "",
              changes: [reason],
              hostsExpected: this.hostsExpected,
            }),
          ),
        finalise: (watch, record) => {
          if (record.state === "withdrawn") return;
          this.finals.push(
            incidentOf(watch, record, {
              configHash: "",
              changes: [],
              hostsExpected: this.hostsExpected,
            }),
          );
        },
      },
    });
  }

  fold(facts: readonly TestFact[]): this {
    const batch = new FactBatch(Math.max(1, facts.length));
    batch.origins = ["lines.log"];
    const texts = facts.map((fact) => this.#encoder.encode(fact.text ?? ""));
    batch.bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.length, 0));
    let at = 0;
    facts.forEach((fact, i) => {
      const offered = fact.offered ?? 422;
      batch.host[i] = this.#directory.idOf("", fact.host);
      batch.timeMs[i] = fact.second * 1_000;
      batch.gauge[i] = GAUGES.indexOf(fact.gauge ?? "tcp_reset");
      batch.offered[i] = offered;
      batch.suppressed[i] = Math.max(0, offered - (fact.allowed ?? 192));
      batch.line[i] = i + 1;
      batch.bytes.set(texts[i]!, at);
      batch.textStart[i] = at;
      at += texts[i]!.length;
      batch.textEnd[i] = at;
    });
    batch.length = facts.length;
    this.detector.fold(batch, 0, facts.length);
    return this;
  }

  settle(logSecond: number): this {
    this.detector.settle(logSecond * 1_000);
    return this;
  }

  finish(): readonly Incident[] {
    this.detector.finish();
    return this.finals.toSorted((a, b) =>
      a.metAt + a.scope.value < b.metAt + b.scope.value ? -1 : 1,
    );
  }
}
