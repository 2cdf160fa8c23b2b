import { FLOOD_STEPS } from "../../lib/domain/flood-steps.ts";
import { type Gauge, gaugeMask, SIGNALS } from "../../lib/domain/gauge.ts";
import type { DwellStep } from "../../lib/domain/rule.ts";
import type { Method } from "./cells.ts";
import { TWICE_MASK } from "./hot-host.ts";

/** A host is hot without a break while fewer seconds lie between: as the rule `flood` has it. */
const WITHIN_SECONDS = 11;

const LINES = gaugeMask(SIGNALS.limit);
const RAISED = LINES | gaugeMask(["resets_sent"]);
const STRONG = LINES | gaugeMask(["surge"]);

function stepsOf(mask: number, dwells: Readonly<Record<number, number>>): DwellStep[] {
  return Object.entries(dwells).map(([hosts, dwellSeconds]) => {
    return { gaugeMask: mask, hosts: Number(hosts), dwellSeconds };
  });
}

/** What a longer wait must not be needed for, whatever was learnt. */
const FLOORS = { 7: 15, 10: 10, 15: 5, 20: 3, 25: 2 };

function stepsWith(gauge: Gauge): DwellStep[] {
  return FLOOD_STEPS.filter((step) => (step.gaugeMask & gaugeMask([gauge])) !== 0);
}

function twiceAsLong(step: DwellStep): DwellStep {
  return { ...step, dwellSeconds: 2 * step.dwellSeconds };
}

const TORRENTS = stepsWith("torrent");
const TENFOLDS = stepsWith("tenfold");

/** What others came to on another fleet (detection.md section 6, "Typical D"). */
const LEARNT_ELSEWHERE = [
  ...stepsOf(RAISED, { 3: 221, 4: 99, 5: 48, 6: 20, ...FLOORS }),
  ...stepsOf(STRONG, { 3: 61, 4: 30, 5: 20, 6: 20, ...FLOORS }),
  ...TORRENTS,
];

/** The rule's own steps first, and then what they are compared with. */
export const METHODS: readonly Method[] = [
  { name: "rule `flood`", steps: FLOOD_STEPS },
  { name: "without 800/s", steps: FLOOD_STEPS.filter((step) => !TORRENTS.includes(step)) },
  { name: "without 10x", steps: FLOOD_STEPS.filter((step) => !TENFOLDS.includes(step)) },
  {
    name: "and 2x",
    steps: [...FLOOD_STEPS, ...stepsOf(LINES | TWICE_MASK, { 3: 360, 4: 150, 5: 90, 6: 60 })],
  },
  { name: "twice as long", steps: FLOOD_STEPS.map(twiceAsLong) },
  { name: "learnt elsewhere", steps: LEARNT_ELSEWHERE },
  { name: "3 hosts with lines, 60 s", steps: stepsOf(LINES, { 3: 60 }) },
].map((method) => ({ ...method, withinSeconds: WITHIN_SECONDS }));
