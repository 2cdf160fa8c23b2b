import fc from "fast-check";
import { CONTROL_TYPES, VERDICTS } from "../../../lib/domain/control.ts";
import { DELIVERY_STATES } from "../../../lib/domain/delivery.ts";
import type { HostReadings } from "../../../lib/domain/host-readings.ts";
import { GAUGES } from "../../../lib/domain/gauge.ts";
import { HISTORY_KINDS } from "../../../lib/domain/history-entry.ts";
import { CLOSE_REASONS, INCIDENT_KINDS, INCIDENT_STATES } from "../../../lib/domain/incident.ts";
import { KINDS, TIME_SOURCES, TRUSTS } from "../../../lib/domain/observation.ts";
import type { ObservationBatch } from "../../../lib/domain/observation.ts";
import { RULE_TYPES } from "../../../lib/domain/rule.ts";
import { SEVERITIES } from "../../../lib/domain/severity.ts";
import { formatTime } from "../../../lib/domain/time.ts";
import type { Messages } from "../../../lib/wire/message.ts";
import type { MessageName } from "../../../lib/wire/schema.ts";

const int = fc.nat();
const count = fc.maxSafeNat().map((n) => Math.min(n, Number.MAX_SAFE_INTEGER - 1));
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const texts = fc.array(text, { maxLength: 4 });
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Uint8Array.from(array));
const timeMs = fc.nat(253_402_300_799_999);
const time = timeMs.map(formatTime);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });
const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const list = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength: 5 });
const scope = fc.record({ name: text, value: text });
const canaries = list(fc.record({ input: text, sentMs: timeMs }));
const double = fc.double({ noNaN: true });
const named = list(fc.record({ name: text, value: double }));
const largeCount = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }).map(String);
const counters = list(fc.record({ name: text, value: fc.oneof(count, largeCount) }));

const readings = (rows: number): fc.Arbitrary<HostReadings> => {
  const all = Array.from({ length: rows }, (_, index) => index);
  return fc.subarray(all).chain((row) => {
    const column = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.array(arbitrary, { minLength: row.length, maxLength: row.length });
    return fc
      .record({
        names: fc.constant([
          { kind: 0, name: "Tcp.OutRsts" },
          { kind: 1, name: "synRecv" },
          { kind: 2, name: "kern.ipc.sooverprio" },
        ]),
        labels: fc.constant(["linux", "8c1f"]),
        row: fc.constant(row),
        boot: column(fc.integer({ min: -1, max: 1 })),
        os: column(fc.integer({ min: -1, max: 1 })),
        sampler: column(fc.nat(1)),
        uptimeSeconds: column(fc.oneof(fc.constant(-1), fc.double({ min: 0, noNaN: true }))),
        sizes: column(fc.nat(3)),
      })
      .chain(({ sizes, ...rest }) => {
        const end = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((a, b) => a + b, 0));
        const total = end.at(-1) ?? 0;
        const numbers = <T>(arbitrary: fc.Arbitrary<T>) =>
          fc.array(arbitrary, { minLength: total, maxLength: total });
        return fc
          .record({ name: numbers(fc.nat(2)), value: numbers(fc.integer({ min: -1 })) })
          .map((columns) => ({ ...rest, end, ...columns }));
      });
  });
};

const observationBatch: fc.Arbitrary<ObservationBatch> = fc
  .record({ rows: fc.nat(20), hosts: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, hosts }) => {
    const column = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
      fc.array(arbitrary, { minLength: rows, maxLength: rows });
    const kept = fc.subarray(Array.from({ length: rows }, (_, index) => index));
    return fc
      .record({
        hosts: fc.array(fc.record({ realm: text, name: text }), {
          minLength: hosts,
          maxLength: hosts,
        }),
        host: column(fc.nat(hosts - 1)),
        timeMs: column(timeMs),
        kind: column(fc.integer({ min: -1, max: KINDS.length - 1 })),
        gauge: column(fc.integer({ min: -1, max: GAUGES.length - 1 })),
        offered: column(count),
        allowed: column(count),
        suppressed: column(count),
        count: column(count),
        timeSource: column(fc.nat(TIME_SOURCES.length - 1)),
        trust: column(fc.nat(TRUSTS.length - 1)),
        arrivalLateMs: column(fc.integer({ min: -300_000, max: 86_400_000 })),
        origins: fc.constant(["tidegauge.lines/0@1", "messages"]),
        origin: column(fc.nat(1)),
        line: column(count),
        textOf: kept,
        ticks: list(fc.record({ source: text, arrivalMs: timeMs })),
        canaries,
        readings: fc.option(readings(rows), { nil: undefined }),
      })
      .map(({ readings: maybeReadings, ...batch }) =>
        maybeReadings === undefined ? batch : { ...batch, readings: maybeReadings },
      )
      .map((batch) => ({ ...batch, texts: batch.textOf.map((row) => `text ${row}`) }));
  });

const silences = fc.array(fc.tuple(text, count), { maxLength: 5 });

const tally = fc.uniqueArray(fc.nat(86_400), { maxLength: 20 }).chain((offsets) => {
  const rows = offsets.length;
  const column = fc.array(int, { minLength: rows, maxLength: rows });
  const wide = fc.array(count, { minLength: rows, maxLength: rows });
  const all = fc.record({
    ruleHash: text,
    scope,
    partition: int,
    revision: count,
    baseSecond: fc.nat(253_402_300_799),
    seconds: fc.constant([...offsets].sort((a, b) => a - b)),
    changes: column,
    offered: wide,
    suppressed: wide,
    hostsSeen: count,
    hostsSampled: count,
    blind: fc.array(count, { maxLength: 4 }),
    hostsSilent: count,
    silences,
    lateFacts: count,
  });
  return all.map(({ silences: named, ...rest }) => ({
    ...rest,
    silent: named.map(([host]) => host),
    silentSince: named.map(([, since]) => since),
  }));
});

const incident = fc.record({
  schemaVersion: fc.constant(1 as const),
  id: text,
  revision: fc.integer({ min: 1, max: 1_000_000 }),
  state: oneOf(INCIDENT_STATES),
  escalation: fc.integer({ min: 1, max: 100 }),
  mergedInto: maybe(text),
  closeReason: maybe(oneOf(CLOSE_REASONS)),
  rule: fc.record({ name: text, type: oneOf(RULE_TYPES), version: int, configHash: text }),
  kind: oneOf(INCIDENT_KINDS),
  severity: oneOf(SEVERITIES),
  severityReasons: texts,
  confidence: oneOf(["low", "medium", "high"] as const),
  title: text,
  summary: text,
  scope,
  parts: texts,
  startedAt: time,
  metAt: time,
  lastSeenAt: time,
  detectedAt: time,
  confirmedAt: maybe(time),
  revisedAt: time,
  resolvedAt: maybe(time),
  hosts: fc.record({
    count,
    list: list(
      fc.record({
        host: text,
        firstSeenAt: time,
        lastSeenAt: time,
        signals: texts,
        offeredPeak: count,
        suppressed: count,
      }),
    ),
    truncated: fc.boolean(),
  }),
  measure: fc.record({
    offeredPeakPerSecond: count,
    suppressed: count,
    baselinePerSecond: maybe(double),
    signals: list(
      fc.record({ signal: text, hosts: count, offeredPeakPerSecond: count, suppressed: count }),
    ),
  }),
  coverage: fc.record({
    expected: count,
    reporting: count,
    unmeasured: count,
    silent: texts,
    late: count,
    blind: texts,
  }),
  attribution: fc.record({
    sources: fc.constant("unknown" as const),
    spoofable: fc.boolean(),
    sentence: text,
  }),
  hypotheses: list(
    fc.record({
      kind: oneOf(INCIDENT_KINDS),
      standing: oneOf(["likely", "possible", "unlikely"] as const),
      for: texts,
      against: texts,
    }),
  ),
  attack: list(fc.record({ id: text, name: text, tactic: text })),
  evidence: list(fc.record({ host: text, time, text, at: text })),
  changes: texts,
  recurrence: fc.record({ count: int, lastId: maybe(text) }),
  nextSteps: list(
    fc.record({
      title: text,
      os: maybe(text),
      command: maybe(text),
      risk: oneOf(["read_only", "reversible", "disruptive"] as const),
      undo: maybe(text),
    }),
  ),
  latency: fc.record({ lineToIngestMs: maybe(count), ingestToDetectMs: maybe(count) }),
});

/** Any value that a message can have. */
export const MESSAGE_ARBITRARIES: { [Name in MessageName]: fc.Arbitrary<Messages[Name]> } = {
  "line-batch": fc.record(
    {
      input: text,
      realm: text,
      host: maybe(text),
      zone: text,
      shipper: text,
      segments: list(
        fc.record({ lines: int, arrivalMs: timeMs, peer: maybe(text), trust: oneOf(TRUSTS) }),
      ),
      bytes,
    },
    { requiredKeys: ["input", "realm", "host", "shipper", "segments", "bytes"] },
  ),
  "sample-batch": fc.record({
    input: text,
    realm: text,
    host: text,
    os: maybe(text),
    shipper: text,
    arrivalMs: timeMs,
    peer: maybe(text),
    trust: oneOf(TRUSTS),
    samples: list(
      fc.record({
        sampledAtMs: timeMs,
        boot: maybe(text),
        uptimeSeconds: maybe(double),
        counters,
        gauges: named,
        posture: named,
      }),
    ),
  }),
  "observation-batch": observationBatch,
  tally,
  participant: fc.record({
    ruleHash: text,
    scope,
    partition: int,
    realm: text,
    host: text,
    gauge: oneOf(GAUGES),
    fromSecond: count,
    toSecond: count,
    offeredPeak: count,
    offeredPeakSecond: count,
    suppressed: count,
    text: maybe(text),
    at: maybe(text),
    isOverProven: fc.boolean(),
    revision: count,
  }),
  heartbeat: fc.record({
    partition: int,
    offset: count,
    logTimeMs: timeMs,
    missingSources: texts,
    canaries,
  }),
  outline: fc
    .record({
      rule: text,
      scope,
      id: text,
      startedAt: count,
      lastSeenAt: count,
      isLiving: fc.boolean(),
      partition: int,
      revision: count,
    })
    .map((outline) => ({
      ...outline,
      lastSeenAt: Math.max(outline.startedAt, outline.lastSeenAt),
    })),
  incident,
  control: fc.record({
    id: text,
    type: oneOf(CONTROL_TYPES),
    author: text,
    reason: text,
    writtenAtMs: timeMs,
    fromMs: timeMs,
    untilMs: maybe(timeMs),
    incidentId: maybe(text),
    scope: maybe(scope),
    verdict: maybe(oneOf(VERDICTS)),
    matchers: list(fc.record({ field: text, values: texts })),
  }),
  delivery: fc.record({
    sink: text,
    incidentId: text,
    revision: fc.integer({ min: 1, max: 1_000_000 }),
    escalation: fc.integer({ min: 1, max: 100 }),
    key: text,
    state: oneOf(DELIVERY_STATES),
    attempts: int,
    attemptedAtMs: timeMs,
    nextAttemptAtMs: maybe(timeMs),
    httpStatus: maybe(fc.integer({ min: 100, max: 599 })),
    detail: maybe(text),
    toldRevision: fc.nat(1_000_000),
    toldEscalation: fc.nat(100),
    toldInDigest: fc.boolean(),
  }),
  rejected: fc
    .record({
      reason: text,
      detail: text,
      input: text,
      at: text,
      arrivalMs: timeMs,
      bytes,
      cut: int,
    })
    .map(({ cut, ...rest }) => ({ ...rest, originalBytes: rest.bytes.length + cut })),
  "snapshot-chunk": fc.record({
    stage: text,
    partition: int,
    generation: fc.nat(1),
    serial: count,
    chunk: int,
    bytes,
  }),
  "snapshot-manifest": fc.record({
    stage: text,
    partition: int,
    generation: fc.nat(1),
    serial: count,
    layout: int,
    chunks: int,
    totalBytes: count,
    crc32: fc.nat(0xffff_ffff),
    logTimeMs: timeMs,
    configHash: text,
    positions: list(fc.record({ topic: text, partition: int, nextOffset: count })),
  }),
  "history-entry": fc.record({
    incidentId: text,
    kind: oneOf(HISTORY_KINDS),
    recordedAtMs: timeMs,
    record: bytes,
    evidence: list(fc.record({ at: text, bytes })),
  }),
};
