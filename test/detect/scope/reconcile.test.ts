import { describe, expect, it } from "vitest";
import { reconcile } from "../../../services/detect/scope/reconcile.ts";

type Row = readonly [from: number, to: number, sequence: number];

interface Case {
  readonly given: readonly Row[];
  readonly episodes: readonly (readonly [from: number, to: number])[];
  readonly opened?: readonly string[];
  readonly kept?: readonly string[];
  readonly merged?: readonly string[];
  readonly gone?: readonly string[];
}

/** Incidents are named by their sequence: #0 was published first. */
const CASES: readonly (readonly [name: string, theCase: Case])[] = [
  ["opens", { given: [], episodes: [[5, 9]], opened: ["5-9"] }],
  ["keeps", { given: [[5, 9, 0]], episodes: [[5, 9]], kept: ["#0 5-9"] }],
  ["extends", { given: [[5, 9, 0]], episodes: [[2, 20]], kept: ["#0 2-20"] }],
  ["shrinks", { given: [[5, 9, 0]], episodes: [[9, 9]], kept: ["#0 9-9"] }],
  ["withdraws", { given: [[5, 9, 0]], episodes: [], gone: ["#0"] }],
  [
    "withdraws beside another",
    { given: [[5, 9, 0]], episodes: [[10, 12]], opened: ["10-12"], gone: ["#0"] },
  ],
  [
    "splits: the earliest part keeps",
    {
      given: [[5, 30, 0]],
      episodes: [
        [5, 9],
        [20, 30],
      ],
      opened: ["20-30"],
      kept: ["#0 5-9"],
    },
  ],
  [
    "joins two into the one published first",
    {
      given: [
        [5, 9, 1],
        [20, 30, 0],
      ],
      episodes: [[5, 30]],
      kept: ["#0 5-30"],
      merged: ["#1 #0"],
    },
  ],
  [
    "joins three",
    {
      given: [
        [5, 9, 2],
        [20, 30, 1],
        [40, 50, 3],
      ],
      episodes: [[5, 50]],
      kept: ["#1 5-50"],
      merged: ["#2 #1", "#3 #1"],
    },
  ],
  [
    "joins and splits at once",
    {
      given: [
        [5, 9, 0],
        [20, 50, 1],
      ],
      episodes: [
        [5, 30],
        [45, 50],
      ],
      opened: ["45-50"],
      kept: ["#0 5-30"],
      merged: ["#1 #0"],
    },
  ],
  [
    "leaves strangers alone",
    {
      given: [
        [5, 9, 0],
        [20, 30, 1],
      ],
      episodes: [
        [5, 9],
        [20, 31],
      ],
      kept: ["#0 5-9", "#1 20-31"],
    },
  ],
];

describe("reconcile", () => {
  it.each(CASES)("%s", (_name, { given, episodes, opened, kept, merged, gone }) => {
    const answer = reconcile(
      given.map(([from, to, sequence]) => ({ from, to, sequence })),
      episodes.map(([from, to]) => ({ from, to })),
    );
    expect({
      opened: answer.opened.map(({ from, to }) => `${from}-${to}`),
      kept: answer.kept.map((k) => `#${k.incident.sequence} ${k.episode.from}-${k.episode.to}`),
      merged: answer.merged.map((m) => `#${m.incident.sequence} #${m.survivor.sequence}`),
      gone: answer.gone.map(({ sequence }) => `#${sequence}`),
    }).toEqual({
      opened: opened ?? [],
      kept: kept ?? [],
      merged: merged ?? [],
      gone: gone ?? [],
    });
  });
});
