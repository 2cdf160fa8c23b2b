import { EMPTY_INVENTORY } from "../lib/domain/inventory.ts";
import { assert } from "../lib/domain/assert.ts";
import { gaugeMask, SIGNALS } from "../lib/domain/gauge.ts";
import { HostDirectory } from "../lib/domain/host-directory.ts";
import type { Rule } from "../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../lib/domain/scope.ts";
import { createScoping } from "../lib/domain/scoping.ts";
import { epochMsOf } from "../lib/domain/time.ts";
import { utcZone } from "../lib/domain/zone.ts";
import { detectorOf } from "../offline/detector-of.ts";
import { LIMITS } from "../services/ingest/limits.ts";
import { LineScanner } from "../services/ingest/line-scanner.ts";
import type { FleetLines } from "./fleet-lines.ts";

export const DAY_SECONDS = 86_400;
export const HOSTS_PER_SITE = 50;

const TEN_HOSTS: Rule = {
  name: "ten-hosts-limiting",
  type: "host_count",
  scope: "site",
  gaugeMask: gaugeMask(SIGNALS.tcp_reset),
  signal: "tcp_reset",
  hosts: 10,
  withinSeconds: 60,
  reopenWithinSeconds: 0,
  severity: "medium",
};

/** A scanner and a detector as `replay` puts them together, fed with lines from memory. */
export class Fleet {
  incidents = 0;
  readonly directory = new HostDirectory();
  facts = 0;
  readonly #detector = detectorOf({
    rules: [TEN_HOSTS],
    scoping: createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY),
    inventory: EMPTY_INVENTORY,
    directory: this.directory,
    partitions: 1,
    retainSeconds: DAY_SECONDS,
    revisions: false,
    take: () => (this.incidents += 1),
  });
  readonly #scanner = new LineScanner({
    context: { referenceMs: epochMsOf(2026, 11, 20, 23, 59, 59), zone: utcZone, arrivalMs: null },
    directory: this.directory,
    realm: "",
    originHost: null,
    origin: "lines.log",
    batchFacts: LIMITS.batchFacts,
  });

  /** Scans and folds; the lines may then be written over. */
  fold({ bytes, end }: FleetLines): void {
    const { batch } = this.#scanner;
    for (let at = 0; at < end;) {
      batch.clear();
      at = this.#scanner.scan(bytes, at, end, true);
      this.#detector.fold(batch, 0, batch.length);
      this.facts += batch.length;
    }
    assert(this.#scanner.counts.pass === this.facts, "every line is a fact");
  }

  settle(second: number): void {
    this.#detector.settle(epochMsOf(2026, 11, 20, 0, 0, 0) + second * 1_000);
  }

  finish(): void {
    this.#detector.finish();
  }
}
