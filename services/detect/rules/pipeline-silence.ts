import { CANARY_HOPS, type CanaryHop } from "../../../lib/domain/canary.ts";
import type { Incident, NextStep } from "../../../lib/domain/incident.ts";
import { printable } from "../../../lib/domain/printable.ts";
import { formatTime } from "../../../lib/domain/time.ts";
import { LIMITS } from "../limits.ts";
import { incidentId } from "../scope/incident-id.ts";
import { countOf, formatCount, formatDuration, formatMoment } from "./words.ts";

/** An input whose lines no longer come out. */
export interface SilentInput {
  readonly input: string;
  readonly hop: CanaryHop;
}

/** The rule's name, for everything that asks whether an incident is about the pipeline itself. */
export const CANARY_RULE = "canary";

const SCOPE = { name: "pipeline", value: "tidegauge" } as const;

const WHERE: Readonly<Record<CanaryHop, string>> = {
  input: "between the input and the log",
  ingest: "in ingest",
  host: "in the host stage",
  scope: "in the scope stage",
};

const MEANS: Readonly<Record<CanaryHop, string>> = {
  input: "What these inputs read does not get into the log.",
  ingest: "What these inputs read is in the log, and ingest does not get it out.",
  host: "Ingest passes their lines on, and the host stage does not count them.",
  scope: "Their lines are counted, and the scope stage does not judge the counts.",
};

const NOTHING_MEASURED: Pick<Incident, "hosts" | "measure"> = {
  hosts: { count: 0, list: [], truncated: false },
  measure: { offeredPeakPerSecond: 0, suppressed: 0, baselinePerSecond: null, signals: [] },
};

/** The first revision: lines of these inputs have not come out since `sinceMs`. */
export function silenceBegins(
  silent: readonly SilentInput[],
  inputs: number,
  sinceMs: number,
  nowMs: number,
): Incident {
  const second = Math.floor(sinceMs / 1_000);
  return {
    schemaVersion: 1,
    id: incidentId(CANARY_RULE, SCOPE.name, SCOPE.value, second),
    revision: 1,
    state: "confirmed",
    escalation: 1,
    mergedInto: null,
    closeReason: null,
    rule: { name: CANARY_RULE, type: "canary", version: 1, configHash: "" },
    kind: "silence",
    severity: "high",
    confidence: "high",
    scope: SCOPE,
    parts: [],
    startedAt: formatTime(second * 1_000),
    metAt: formatTime(second * 1_000),
    detectedAt: formatTime(nowMs),
    confirmedAt: formatTime(nowMs),
    resolvedAt: null,
    ...NOTHING_MEASURED,
    attribution: {
      sources: "unknown",
      spoofable: false,
      sentence: "This is about tidegauge itself and says nothing about any traffic.",
    },
    hypotheses: [],
    attack: [],
    evidence: [],
    changes: [],
    recurrence: { count: 0, lastId: null },
    latency: { lineToIngestMs: null, ingestToDetectMs: null },
    ...wordsOf(silent, inputs, second, nowMs),
  };
}

/** Other inputs are silent now, or at another place. */
export function silenceChanges(
  before: Incident,
  silent: readonly SilentInput[],
  inputs: number,
  sinceMs: number,
  nowMs: number,
): Incident {
  const words = wordsOf(silent, inputs, Math.floor(sinceMs / 1_000), nowMs);
  const changes = [`silent: ${namesOf(silent)}, ${placesOf(silent)}`];
  return { ...before, ...words, revision: before.revision + 1, changes };
}

/** Every input is heard at the other end again. */
export function silenceEnds(before: Incident, sinceMs: number, nowMs: number): Incident {
  const lasted = formatDuration(Math.max(1, Math.round((nowMs - sinceMs) / 1_000)));
  return {
    ...before,
    revision: before.revision + 1,
    state: "resolved",
    closeReason: "quiet_proven",
    title: `tidegauge: lines of every input come out again after ${lasted}`,
    summary:
      `Since ${formatMoment(Math.floor(nowMs / 1_000))} the lines that tidegauge sends into each ` +
      `input come out at the other end again, after ${lasted}. What was in the log meanwhile is ` +
      "judged late, not lost; what UDP and plain TCP could not hand over is lost.",
    lastSeenAt: formatTime(nowMs),
    revisedAt: formatTime(nowMs),
    resolvedAt: formatTime(nowMs),
    coverage: { ...before.coverage, blind: [] },
    changes: [`state ${before.state} → resolved`],
  };
}

function wordsOf(
  silent: readonly SilentInput[],
  inputs: number,
  sinceSecond: number,
  nowMs: number,
): Pick<
  Incident,
  "title" | "summary" | "severityReasons" | "coverage" | "nextSteps" | "lastSeenAt" | "revisedAt"
> {
  const hops = CANARY_HOPS.filter((hop) => silent.some((each) => each.hop === hop));
  const share = `${formatCount(silent.length)} of ${countOf(inputs, "input")}`;
  const summary = [
    "tidegauge sends a line of its own into each input and follows it.",
    `Since ${formatMoment(sinceSecond)} those of ${namesOf(silent)} no longer come out.`,
    ...hops.map((hop) => MEANS[hop]),
    "While this lasts, a flood that only these inputs would show is not seen.",
  ].join(" ");
  return {
    title: `tidegauge: lines of ${share} end ${placesOf(silent)}`,
    summary,
    severityReasons: [`${share} silent`, "floods there are not seen"],
    coverage: {
      expected: 0,
      reporting: 0,
      unmeasured: 0,
      silent: [],
      late: 0,
      blind: silent.map(({ input, hop }) => `input ${printable(input)}: ends ${WHERE[hop]}`),
    },
    nextSteps: [...hops.flatMap((hop) => STEPS[hop]), STEP_READY],
    lastSeenAt: formatTime(nowMs),
    revisedAt: formatTime(nowMs),
  };
}

function placesOf(silent: readonly SilentInput[]): string {
  return CANARY_HOPS.filter((hop) => silent.some((each) => each.hop === hop))
    .map((hop) => WHERE[hop])
    .join(" and ");
}

/** A list that a person reads to its end. */
function namesOf(silent: readonly SilentInput[]): string {
  const names = silent.map(({ input }) => printable(input));
  const { inputsNamedMax } = LIMITS;
  if (names.length <= inputsNamedMax) return names.join(", ");
  return `${names.slice(0, inputsNamedMax).join(", ")} and ${names.length - inputsNamedMax} more`;
}

function look(title: string, command: string | null): NextStep {
  return { title, os: null, command, risk: "read_only", undo: null };
}

const STEP_READY = look("See what /readyz says is stuck, and the log of tidegauge before it", null);
const STEP_DISK = look("See whether the disk under stream.path is full", "df -h");
const STEP_LOAD = look("See whether the machine is overloaded", "uptime");

const STEPS: Readonly<Record<CanaryHop, readonly NextStep[]>> = {
  input: [STEP_DISK],
  ingest: [STEP_LOAD, STEP_DISK],
  host: [STEP_LOAD],
  scope: [STEP_LOAD],
};
