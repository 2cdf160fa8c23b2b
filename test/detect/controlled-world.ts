import type { Control } from "../../lib/domain/control.ts";
import { gaugeMask, SIGNALS } from "../../lib/domain/gauge.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { EMPTY_INVENTORY } from "../../lib/domain/inventory.ts";
import type { Rule } from "../../lib/domain/rule.ts";
import { DEFAULT_SCOPES } from "../../lib/domain/scope.ts";
import { createScoping } from "../../lib/domain/scoping.ts";
import { revisionChanges } from "../../services/detect/rules/changes.ts";
import { incidentOf } from "../../services/detect/rules/incident-of.ts";
import { TallyFold } from "../../services/detect/scope/tally-fold.ts";
import { encodeScopeState, restoreScopeState } from "../../services/detect/state/scope-state.ts";

/** 2026-11-20T08:40:00Z. */
export const BASE = 1_795_164_000;

const WITHIN_SECONDS = 30;
const scoping = createScoping(DEFAULT_SCOPES, EMPTY_INVENTORY);

function ruleOf(scope: string): Rule {
  return {
    name: "counted",
    type: "host_count",
    scope,
    gaugeMask: gaugeMask(SIGNALS.tcp_reset),
    signal: "tcp_reset",
    hosts: 2,
    withinSeconds: WITHIN_SECONDS,
    reopenWithinSeconds: 60,
    severity: "medium",
  };
}

export function controlOf(over: Partial<Control>): Control {
  return {
    id: "c1",
    type: "note",
    author: "bob",
    reason: "",
    writtenAtMs: BASE * 1_000,
    fromMs: BASE * 1_000,
    untilMs: null,
    incidentId: null,
    scope: null,
    verdict: null,
    matchers: [],
    ...over,
  };
}

/** A scope stage that hears tallies and controls; seconds count from BASE. */
export class ControlledWorld {
  readonly revisions: Incident[] = [];
  readonly #rule: Rule;
  #fold: TallyFold;
  #revision = 0;
  #controlOffset = 0;
  /** Covered hosts begin and end in these seconds. */
  readonly #changes = new Map<number, number>();
  #coveredTo = Number.NEGATIVE_INFINITY;

  constructor(scope = "site") {
    this.#rule = ruleOf(scope);
    this.#fold = this.#newFold();
  }

  get last(): Incident {
    return this.revisions.at(-1)!;
  }

  get states(): string[] {
    return this.revisions.map(({ state }) => state);
  }

  get ids(): string[] {
    return [...new Set(this.revisions.map(({ id }) => id))];
  }

  /** Two hosts of fra1 are hot in that second; seconds come in ascending order or alone. */
  flood(second: number): this {
    const from = BASE + second;
    const to = from + WITHIN_SECONDS;
    this.#revision += 1;
    if (from <= this.#coveredTo && to > this.#coveredTo) this.#add(this.#coveredTo, 2);
    else if (to > this.#coveredTo) this.#add(from, 2);
    if (to > this.#coveredTo) {
      this.#add(to, -2);
      this.#coveredTo = to;
    }
    this.#say();
    for (const host of ["fra1-web-1", "fra1-web-2"]) {
      this.#fold.participant({
        ruleHash: "hash",
        scope: this.#scope,
        partition: 0,
        realm: "",
        host,
        gauge: "tcp_reset",
        fromSecond: from,
        toSecond: from,
        offeredPeak: 400,
        offeredPeakSecond: from,
        suppressed: 200,
        text: null,
        at: null,
        isOverProven: false,
        revision: this.#revision,
      });
    }
    return this;
  }

  /** Log time reaches that second. */
  until(second: number): this {
    const logTimeMs = (BASE + second) * 1_000;
    const heartbeat = {
      partition: 0,
      offset: this.#revision,
      logTimeMs,
      missingSources: [],
      canaries: [],
    };
    this.#fold.heartbeat(heartbeat, logTimeMs);
    return this;
  }

  control(control: Control, offset = this.#controlOffset): this {
    this.#controlOffset = Math.max(this.#controlOffset, offset + 1);
    this.#fold.control(offset, control.id, control);
    return this;
  }

  forget(id: string): this {
    this.#fold.control(this.#controlOffset++, id, null);
    return this;
  }

  restart(): this {
    const bytes = encodeScopeState(this.#fold);
    this.#fold = this.#newFold();
    restoreScopeState(bytes, this.#fold);
    return this;
  }

  get #scope() {
    const isFleet = this.#rule.scope === "fleet";
    return { name: this.#rule.scope, value: isFleet ? "all" : "fra1" };
  }

  #add(second: number, change: number): void {
    this.#changes.set(second, (this.#changes.get(second) ?? 0) + change);
  }

  #say(): void {
    const rows = [...this.#changes].toSorted((a, b) => a[0] - b[0]);
    this.#fold.tally({
      ruleHash: "hash",
      scope: this.#scope,
      partition: 0,
      revision: this.#revision,
      baseSecond: rows[0]![0],
      seconds: rows.map(([second]) => second - rows[0]![0]),
      changes: rows.map(([, change]) => change),
      offered: rows.map(([, change]) => (change > 0 ? 800 : 0)),
      suppressed: rows.map(([, change]) => (change > 0 ? 400 : 0)),
      hostsSeen: 4,
      hostsSampled: 0,
      blind: [],
      hostsSilent: 0,
      silent: [],
      silentSince: [],
      lateFacts: 0,
    });
  }

  #newFold(): TallyFold {
    const fold: TallyFold = new TallyFold({
      rules: [
        {
          rule: this.#rule,
          uses: [{ coverHash: "hash", hosts: this.#rule.hosts }],
          configHash: "hash",
        },
      ],
      scoping,
      graceSeconds: 10,
      retainSeconds: 86_400,
      sink: {
        publish: (watch, record) =>
          this.revisions.push(
            incidentOf(watch, record, {
              configHash: "",
              changes: revisionChanges(record),
              hostsExpected: null,
              announced: fold.announced(watch, record),
            }),
          ),
        finalise: () => undefined,
      },
    });
    return fold;
  }
}
