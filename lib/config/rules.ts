import { z } from "zod";
import { GAUGES, SIGNALS, type Gauge, type Signal } from "../domain/gauge.ts";
import { SEVERITIES } from "../domain/severity.ts";
import { choice, count, list, name, reference, seconds } from "./field.ts";

const SIGNAL_NAMES = Object.keys(SIGNALS) as [Signal, ...Signal[]];
const CLASS_NAMES = GAUGES as unknown as [Gauge, ...Gauge[]];

const WITHIN = { min: "1s", max: "24h" };

const ruleName = name("Name of the rule, in every incident it opens.");
const signal = choice(SIGNAL_NAMES, "A family of classes that counts; this or `class`.");
const gaugeClass = choice(CLASS_NAMES, "One class that counts; this or `signal`.");
const severity = choice(SEVERITIES, "Severity of its incidents.");
const reopenWithin = seconds(
  { min: "0s", max: "7d" },
  "Joins episodes that are closer than this, beyond what `within` already joins.",
);

/** Durations under the names that the detector knows them by. */
function inSeconds<T extends { readonly within: number; readonly reopen_within: number }>({
  within,
  reopen_within,
  ...rest
}: T) {
  return { ...rest, withinSeconds: within, reopenWithinSeconds: reopen_within };
}

const hostCount = z
  .strictObject({
    name: ruleName,
    type: z.literal("host_count"),
    signal: signal.optional(),
    class: gaugeClass.optional(),
    hosts: count({ min: 1, max: 1_000_000 }, "Distinct hosts of one scope that are needed."),
    within: seconds(WITHIN, "The sliding window, in event time."),
    scope: reference("scope", "The scope whose hosts are counted together."),
    severity: severity.prefault("medium"),
    reopen_within: reopenWithin.prefault("0s"),
  })
  .transform(inSeconds)
  .meta({ description: "Opens an incident when enough hosts of a scope had the signal; exact." });

const singleHost = z
  .strictObject({
    name: ruleName,
    type: z.literal("single_host"),
    signal: signal.optional(),
    class: gaugeClass.optional(),
    within: seconds(WITHIN, "Hot seconds closer than this are one episode.").prefault("60s"),
    scope: z
      .literal("host")
      .meta({ description: "Always each host alone.", expects: "host" })
      .prefault("host"),
    severity: severity.prefault("low"),
    reopen_within: reopenWithin.prefault("0s"),
  })
  .transform(inSeconds)
  .meta({
    description:
      "One incident per host and episode, never one per line. Without `signal` and `class` a " +
      "line of the limiter opens it, and so does a counter at 200 a second and far above the " +
      "host's own normal.",
  });

const flood = z
  .strictObject({
    name: ruleName,
    type: z.literal("flood"),
    scope: reference("scope", "The scope that is watched."),
    severity: choice(
      SEVERITIES,
      "Severity of its incidents, however they grow; without it each one's breadth and " +
        "strength decide.",
    ).optional(),
    dwell_factor: count(
      { min: 1, max: 10 },
      "So many times longer hosts must last together; 2 where hosts are noisy by themselves.",
    ).prefault(1),
    reopen_within: reopenWithin.prefault("0s"),
  })
  .transform(({ reopen_within, dwell_factor, ...rest }) => ({
    ...rest,
    dwellFactor: dwell_factor,
    reopenWithinSeconds: reopen_within,
  }))
  .meta({
    description:
      "Adaptive: lines of the limiter, and counters far above each host's own normal, on many " +
      "hosts that stay hot together. The fewer they are, the longer they must last.",
  });

const resets = z
  .strictObject({
    name: ruleName,
    type: z.literal("resets"),
    scope: reference("scope", "The scope whose hosts are counted together."),
    hosts: count(
      { min: 1, max: 1_000_000 },
      "Distinct hosts of one scope that are needed.",
    ).prefault(1),
    within: seconds(WITHIN, "The sliding window, in event time.").prefault("60s"),
    severity: severity.prefault("medium"),
    reopen_within: reopenWithin.prefault("0s"),
  })
  .transform(inSeconds)
  .meta({
    description:
      "Resets sent, or connections that fail while opening, far above each host's own normal: " +
      "what Netdata's alarm on TCP resets looks at, for as long as it lasts and across hosts.",
  });

/** What applies without `rules`, as a user would write it. */
export const DEFAULT_RULES = [
  { name: "flood", type: "flood", scope: "site" },
  { name: "single-host", type: "single_host", within: "60s" },
] as const;

export const rules = list(
  z.discriminatedUnion("type", [hostCount, singleHost, flood, resets]),
  { min: 0, max: 256 },
  "What opens an incident. A list replaces the default pack.",
).prefault([...DEFAULT_RULES]);
