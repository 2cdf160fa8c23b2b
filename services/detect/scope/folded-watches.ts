import { reachSecondsOf, type Rule } from "../../../lib/domain/rule.ts";
import type { ScopeKey } from "../../../lib/domain/scope.ts";
import type { HashedUse } from "../rules/rule-hash.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Span } from "./episodes.ts";
import { FoldedHostReader } from "./folded-host-reader.ts";
import { FoldedScopeReader } from "./folded-reader.ts";
import { type IncidentRecord, livingIn } from "./incident-record.ts";
import { type Explained, holderOf, type LargerIncident } from "./larger-incident.ts";
import { Watch } from "./watch.ts";

/** A rule as the scope stage knows it: by the hashes of what its values depend on. */
export interface HashedRule {
  readonly rule: Rule;
  /** What measures first, then what decides. */
  readonly uses: readonly HashedUse[];
  /** Of all that its incidents depend on. */
  readonly configHash: string;
}

/** The watches of one tallies partition: of scopes, and of hosts for the rules of single ones. */
export class FoldedWatches {
  readonly #rules: readonly HashedRule[];
  readonly #elsewhere: Elsewhere;
  readonly #scopes = new Map<string, Watch>();
  readonly #hosts = new Map<string, Watch>();

  constructor(rules: readonly HashedRule[], elsewhere: Elsewhere) {
    this.#rules = rules;
    this.#elsewhere = elsewhere;
  }

  *all(): Generator<Watch> {
    yield* this.#scopes.values();
    yield* this.#hosts.values();
  }

  ruleNamed(name: string): HashedRule | null {
    return this.#rules.find(({ rule }) => rule.name === name) ?? null;
  }

  /** The rules whose values depend on what has this hash. */
  rulesOf(hash: string): readonly HashedRule[] {
    return this.#rules.filter(({ uses }) => uses.some((use) => use.coverHash === hash));
  }

  /** The watch of a rule and scope, made where it is missing. */
  of(ruleName: string, scope: ScopeKey): Watch | null {
    const rule = this.ruleNamed(ruleName)?.rule;
    if (rule === undefined) return null;
    const isHost = rule.type === "single_host";
    return isHost ? this.ofHost(rule, scope.value) : this.ofScope(rule, scope);
  }

  ofScope(rule: Rule, scope: ScopeKey): Watch {
    const key = `${rule.name}\0${scope.value}`;
    let watch = this.#scopes.get(key);
    if (watch === undefined) {
      const { uses } = this.ruleNamed(rule.name)!;
      watch = new Watch(rule, scope, new FoldedScopeReader(rule, uses));
      this.#scopes.set(key, watch);
    }
    return watch;
  }

  ofHost(rule: Rule, host: string): Watch {
    const key = `${rule.name}\0${host}`;
    let watch = this.#hosts.get(key);
    if (watch === undefined) {
      const reader = new FoldedHostReader(host, rule);
      watch = new Watch(rule, { name: "host", value: host }, reader);
      this.#hosts.set(key, watch);
    }
    return watch;
  }

  /** The incident in which the host takes part that a single host's is told with. */
  largerThan(watch: Watch, record: IncidentRecord): LargerIncident | null {
    const span = { from: record.startedAt, to: record.lastSeenAt };
    const explained: Explained[] = [];
    for (const scopeWatch of this.#scopes.values()) {
      const { rule } = scopeWatch;
      if ((rule.gaugeMask & record.rule.gaugeMask) === 0) continue;
      const { book } = scopeWatch.reader as FoldedScopeReader;
      const runs = book.runsOf(watch.scope.value);
      if (runs.length === 0) continue;
      const own = livingIn(scopeWatch.records, span);
      const others = this.#elsewhere.overlapping(rule.name, scopeWatch.scope.value, span);
      for (const by of [...own, ...others]) {
        const takesPart = runs.some(
          (run) => run.fromSecond <= by.lastSeenAt && run.toSecond >= by.startedAt,
        );
        if (takesPart) explained.push({ by, slackSeconds: rule.withinSeconds });
      }
    }
    return holderOf(span, explained);
  }

  /** Single-host watches that have told something of the hosts that take part in a span. */
  toldIn(watch: Watch, { from, to }: Span): Watch[] {
    const found: Watch[] = [];
    const { book } = watch.reader as FoldedScopeReader;
    book.visit(from, to, (host) => found.push(...this.toldOf(host)));
    return found;
  }

  /** The single-host watches of a host that have published something. */
  toldOf(host: string): Watch[] {
    return this.#rules.flatMap(({ rule }) => {
      if (rule.type !== "single_host") return [];
      const single = this.#hosts.get(`${rule.name}\0${host}`);
      return single?.records.some(({ revision }) => revision > 0) === true ? [single] : [];
    });
  }

  forgetBefore(second: number): void {
    for (const watch of this.#scopes.values()) {
      (watch.reader as FoldedScopeReader).forgetBefore(second - 2 * reachSecondsOf(watch.rule));
    }
    for (const [key, watch] of this.#hosts) {
      const { book, host } = watch.reader as FoldedHostReader;
      book.forgetBefore(second - 2 * watch.rule.withinSeconds);
      const isIdle = watch.records.length === 0 && book.runsOf(host).length === 0;
      if (isIdle) this.#hosts.delete(key);
    }
  }
}
