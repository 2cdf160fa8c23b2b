import { describe, expect, test } from "vitest";
import type { Control } from "../../lib/domain/control.ts";
import type { Incident } from "../../lib/domain/incident.ts";
import { NOTHING_TOLD } from "../../services/notify/core/standing.ts";
import type { Standing } from "../../services/notify/core/standing.ts";
import { decide } from "../../services/notify/pipeline.ts";
import type { Question } from "../../services/notify/pipeline.ts";
import { incident, NOW_MS } from "./incidents.ts";

const DAY_MS = 86_400_000;

const told = (revision: number, escalation = 1): Standing => ({
  ...NOTHING_TOLD,
  settledRevision: revision,
  toldRevision: revision,
  toldEscalation: escalation,
});

const control = (type: Control["type"], incidentId: string | null = null): Control => ({
  id: "c-1",
  type,
  author: "kim",
  reason: "",
  writtenAtMs: NOW_MS,
  fromMs: 0,
  untilMs: null,
  incidentId,
  scope: null,
  verdict: null,
  matchers: [],
});

const elsewhere = {
  match: { severity: null, kind: null, rule: null, scope: null, value: null },
  sinks: ["other"],
  continue: false,
  pageOn: "confirmed" as const,
};

type Case = [what: string, over: Partial<Incident>, more: Partial<Question>, reason: string | null];
const SUSPECTED: Partial<Incident> = { state: "suspected", confirmedAt: null };
const id = incident().id;

const TABLE: Case[] = [
  ["confirmed", {}, {}, null],
  ["no route", {}, { routes: [elsewhere] }, "no_route"],
  [
    "no route any more, but told",
    { revision: 2 },
    { routes: [elsewhere], standing: told(1) },
    null,
  ],
  ["suspected", SUSPECTED, {}, "not_confirmed"],
  [
    "suspected, where that pages",
    SUSPECTED,
    { routes: [{ ...elsewhere, sinks: ["hook"], pageOn: "suspected" }] },
    null,
  ],
  ["over when it was found", { state: "resolved" }, {}, null],
  [
    "over without ever having been sure",
    { state: "resolved", confirmedAt: null },
    {},
    "not_confirmed",
  ],
  ["withdrawn before anyone was told", { state: "withdrawn" }, {}, "never_told"],
  ["withdrawn after", { state: "withdrawn", revision: 2 }, { standing: told(1) }, null],
  ["a replay", { revision: 3 }, { standing: told(3) }, "already_sent"],
  ["out of order", { revision: 2 }, { standing: told(3) }, "already_sent"],
  ["older than an outage can be", {}, { publishedAtMs: NOW_MS - 8 * DAY_MS }, "too_old"],
  ["older, but wanted", {}, { publishedAtMs: NOW_MS - 8 * DAY_MS, byHand: true }, null],
  ["silenced", {}, { controls: [control("silence")] }, "silenced"],
  ["in maintenance", {}, { controls: [control("maintenance")] }, "maintenance"],
  [
    "silenced, but its end is due to whoever was told",
    { revision: 2, state: "resolved" },
    { controls: [control("silence")], standing: told(1) },
    null,
  ],
  [
    "acknowledged",
    { revision: 2 },
    { controls: [control("acknowledge", id)], standing: told(1) },
    "acknowledged",
  ],
  [
    "acknowledged, and then it grew",
    { revision: 2, escalation: 2 },
    { controls: [control("acknowledge", id)], standing: told(1) },
    null,
  ],
  [
    "acknowledged, for an archive",
    { revision: 2 },
    { controls: [control("acknowledge", id)], standing: told(1), keeping: "every" },
    null,
  ],
  ["a deploy mark", {}, { controls: [control("deploy")] }, null],
];

describe("whether a revision is sent", () => {
  test.each(TABLE)("%s", (_what, over, more, reason) => {
    const skip = decide({
      sink: "hook",
      keeping: "newest",
      routes: [],
      controls: [],
      standing: NOTHING_TOLD,
      incident: incident(1, over),
      lastSeenAtMs: NOW_MS,
      publishedAtMs: NOW_MS,
      nowMs: NOW_MS,
      byHand: false,
      ...more,
    });
    expect(skip?.reason ?? null).toBe(reason);
  });
});
