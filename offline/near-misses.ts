import type { Rule } from "../lib/domain/rule.ts";
import type { IncidentRecord } from "../services/detect/scope/incident-record.ts";
import type { IncidentSink } from "../services/detect/scope/incident-sink.ts";
import type { Watch } from "../services/detect/scope/watch.ts";
import { type Peak, peakOf, type Seconds } from "./peak.ts";

/** Two hosts at once are the least that can be called a near miss. */
const HOSTS_LEAST = 2;
/** So much of a rule's hosts makes a near miss. */
const NEAR_SHARE = 0.5;
/** How much wider a window is tried. */
const WIDER_FACTOR = 2;

/** A stretch in which a rule came near its threshold and did not meet it. */
export interface NearMiss {
  readonly rule: Rule;
  readonly watch: Watch;
  readonly span: Seconds;
  readonly peak: Peak;
  /** The same rule with a window of `withinSeconds` would have met here. */
  readonly wider: { readonly withinSeconds: number; readonly metAt: number | null };
}

interface Shadow {
  readonly rule: Rule;
  readonly shadowed: Rule;
  readonly isWider: boolean;
}

/** From the first hot second that contributed: what a near miss had in it may be met later. */
interface WiderEpisode extends Seconds {
  readonly scope: string;
  readonly metAt: number;
}

interface Found extends Omit<NearMiss, "wider"> {
  readonly scope: string;
}

/**
 * Rules in the shadow of the real ones: the same with a lower threshold, whose episodes are near
 * misses where the real rule found nothing, and the same with a wider window. They run in a
 * detector
 * of their own, so that no real incident is folded into one of theirs.
 */
export class NearMissFinder implements IncidentSink {
  readonly rules: readonly Rule[];
  readonly #shadows: ReadonlyMap<Rule, Shadow>;
  readonly #found: Found[] = [];
  readonly #wider = new Map<Rule, WiderEpisode[]>();

  constructor(rules: readonly Rule[]) {
    const shadows = rules.flatMap(shadowsOf);
    this.rules = shadows.map(({ rule }) => rule);
    this.#shadows = new Map(shadows.map((shadow) => [shadow.rule, shadow]));
  }

  publish(): void {
    // Only what an episode comes to in the end can be compared.
  }

  finalise(watch: Watch, record: IncidentRecord): void {
    if (record.state === "withdrawn") return;
    const { shadowed, isWider } = this.#shadows.get(watch.rule)!;
    const { startedAt, metAt, lastSeenAt } = record;
    const scope = watch.scope.value;
    if (isWider) {
      const episode = { scope, metAt, from: startedAt, to: lastSeenAt };
      const known = this.#wider.get(shadowed);
      if (known === undefined) this.#wider.set(shadowed, [episode]);
      else known.push(episode);
      return;
    }
    const span = { from: metAt, to: lastSeenAt };
    this.#found.push({ rule: shadowed, watch, scope, span, peak: peakOf(watch, record) });
  }

  /** The near misses, but for those that overlap a stretch in which their rule was met. */
  nearMisses(isMet: (rule: Rule, scope: string, span: Seconds) => boolean): NearMiss[] {
    return this.#found
      .filter(({ rule, scope, span }) => !isMet(rule, scope, span))
      .map(({ scope, ...found }) => {
        const withinSeconds = found.rule.withinSeconds * WIDER_FACTOR;
        const met = (this.#wider.get(found.rule) ?? []).filter(
          (episode) => episode.scope === scope && overlap(episode, found.span),
        );
        const metAt = met.length === 0 ? null : Math.min(...met.map((episode) => episode.metAt));
        return { ...found, wider: { withinSeconds, metAt } };
      });
  }
}

export function overlap(a: Seconds, b: Seconds): boolean {
  return a.from <= b.to && a.to >= b.from;
}

function shadowsOf(shadowed: Rule): Shadow[] {
  const hosts = Math.max(HOSTS_LEAST, Math.ceil(shadowed.hosts * NEAR_SHARE));
  if (shadowed.type !== "host_count" || hosts >= shadowed.hosts) return [];
  const withinSeconds = shadowed.withinSeconds * WIDER_FACTOR;
  return [
    { rule: { ...shadowed, hosts }, shadowed, isWider: false },
    { rule: { ...shadowed, withinSeconds }, shadowed, isWider: true },
  ];
}
