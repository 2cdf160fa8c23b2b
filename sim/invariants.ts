import type { Incident } from "../lib/domain/incident.ts";
import { expectedVerdicts, verdictOf } from "./live/verdict.ts";
import { foldTallies, replayLines } from "./live/again.ts";
import { finalsOf, keptLines, type KeptRevision, keptRevisions, recordsOf } from "./live/kept.ts";
import { ARCHIVE, PAGER } from "./live/wiring.ts";
import type { WorldRun } from "./run-world.ts";

/** One thing that is promised, and how to see on a finished run whether it was kept. */
export interface Invariant {
  readonly name: string;
  readonly sentence: string;
  /** What is wrong, as sentences; empty when nothing is. */
  check(findings: Findings): string[] | Promise<string[]>;
}

/** What a run left in the log, read once. */
export interface Findings {
  readonly run: WorldRun;
  readonly lines: readonly string[];
  readonly revisions: readonly KeptRevision[];
  /** Of the incidents as the last revisions tell them. */
  readonly verdicts: readonly string[];
}

export const INVARIANTS: readonly Invariant[] = [
  {
    name: "no_death",
    sentence: "No process ends by itself, whatever the log refuses.",
    check: ({ run }) => [...run.deaths],
  },
  {
    name: "nothing_lost",
    sentence:
      "Every line that was acknowledged is in the log, and every sender got rid of its own.",
    check: ({ run, lines }) => {
      const kept = new Set(lines);
      const lost = run.senders.flatMap(({ acknowledged }) =>
        acknowledged.filter((line) => run.world.kinds.get(line) !== "noise" && !kept.has(line)),
      );
      const stuck = run.senders.filter(({ isDone }) => !isDone).length;
      return [
        ...lost.map((line) => `acknowledged and gone: ${line}`),
        ...(stuck > 0 ? [`${stuck} senders still wait`] : []),
      ];
    },
  },
  {
    name: "accounted",
    sentence: "in = pass + drop + reject: each line has one outcome, and a reject keeps its bytes.",
    check: checkAccount,
  },
  {
    name: "oracle",
    sentence:
      "Verdicts are those of the plain sequential oracle over the lines that were accepted.",
    check: ({ run: { world }, lines, verdicts }) => {
      const facts = lines.flatMap((line) => world.facts.get(line) ?? []);
      return differences(expectedVerdicts(facts, world.rules), verdicts);
    },
  },
  {
    name: "replay",
    sentence: "A replay of the kept lines gives the same verdicts.",
    check: async ({ run: { world, log }, verdicts }) => {
      const incidents = await replayLines(world, log);
      return differences(incidents.map(asEnded), verdicts);
    },
  },
  {
    name: "revisions",
    sentence: "Revisions of an incident grow by one, and one told again has the same bytes.",
    check: ({ revisions }) => checkRevisions(revisions),
  },
  {
    name: "same_tallies",
    sentence: "Another run of the scope stage over the same tallies gives the same bytes.",
    check: async ({ run: { world, log }, revisions }) => {
      // How many records come at once must not matter; live they came as they came.
      const again = await foldTallies(world, log, world.seed % 2 === 0 ? 1 : 1_000);
      return unlike(byName(again), byName(revisions));
    },
  },
  {
    name: "told_once",
    sentence: "A sink gets a revision once, and once more for each crash between send and mark.",
    check: ({ run }) =>
      run.targets.flatMap(({ takings, doubts }) => {
        const counts = new Map<string, number>();
        for (const { key } of takings) counts.set(key, (counts.get(key) ?? 0) + 1);
        return [...counts].flatMap(([key, count]) => {
          const allowed = 1 + (doubts.get(key) ?? 0);
          return count > allowed ? [`${key} was sent ${count} times, ${allowed} are allowed`] : [];
        });
      }),
  },
  {
    name: "all_told",
    sentence: "The archive gets every revision; the pager gets how each incident it knows stands.",
    check: checkTold,
  },
];

/** What is broken, by the name of what was promised; empty when all of it was kept. */
export async function brokenPromises(run: WorldRun): Promise<string[]> {
  const revisions = keptRevisions(run.log);
  const standing = finalsOf(revisions).filter(({ state }) => state !== "withdrawn");
  const verdicts = standing.map(verdictOf).toSorted();
  const findings = { run, lines: keptLines(run.log), revisions, verdicts };
  const broken: string[] = [];
  for (const promise of INVARIANTS) {
    const sentences = await promise.check(findings);
    for (const sentence of sentences) broken.push(`${promise.name}: ${sentence}`);
  }
  return broken;
}

function checkAccount({ run, lines }: Findings): string[] {
  const { account, world, kills } = run;
  const problems: string[] = [];
  const malformed = lines.filter((line) => world.kinds.get(line) === "malformed");
  const rejects = recordsOf(run.log, "rejected").length;
  if (rejects < malformed.length) {
    problems.push(`${malformed.length} lines were refused and ${rejects} are kept`);
  }
  // What a process that died had read and not told is told by nobody, so sums are for quiet days.
  if (kills > 0 || world.severity > 0) return problems;
  const { read, done, pass, rejected } = account;
  const limits = lines.filter((line) => world.kinds.get(line) === "limit").length;
  if (read !== done) problems.push(`${read} lines came in and ${done} have an outcome`);
  if (pass !== limits) problems.push(`${pass} lines passed and ${limits} should`);
  if (rejected !== malformed.length) {
    problems.push(`${rejected} lines were refused and ${malformed.length} should be`);
  }
  const sent = run.senders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  if (read !== sent) problems.push(`${sent} lines were sent and ${read} came in`);
  return problems;
}

function checkRevisions(revisions: readonly KeptRevision[]): string[] {
  const problems: string[] = [];
  const known = new Map<string, Map<number, Buffer>>();
  for (const { incident, bytes } of revisions) {
    const { id, revision } = incident;
    const told = known.get(id) ?? new Map<number, Buffer>();
    known.set(id, told);
    const before = told.get(revision);
    if (before !== undefined && !before.equals(bytes)) {
      problems.push(`${id} revision ${revision} was told again with other bytes`);
    }
    if (before === undefined && revision !== told.size + 1) {
      problems.push(`${id} revision ${revision} follows ${told.size}`);
    }
    told.set(revision, bytes);
  }
  return problems;
}

function checkTold({ run, revisions }: Findings): string[] {
  const problems: string[] = [];
  const takenBy = (name: string) => {
    const target = run.targets.find((candidate) => candidate.name === name)!;
    return new Set(target.takings.map(({ id, revision }) => `${id} revision ${revision}`));
  };
  const archived = takenBy(ARCHIVE);
  const paged = takenBy(PAGER);
  for (const { incident } of revisions) {
    const name = `${incident.id} revision ${incident.revision}`;
    if (!archived.has(name)) problems.push(`${ARCHIVE} never got ${name}`);
  }
  for (const { id, revision, state } of finalsOf(revisions)) {
    // Withdrawn before it was told, it is nobody's business.
    const isKnown = [...paged].some((name) => name.startsWith(`${id} `));
    if (state === "withdrawn" && !isKnown) continue;
    const name = `${id} revision ${revision}`;
    if (!paged.has(name)) problems.push(`${PAGER} never got ${name}, ${state}`);
  }
  return problems;
}

function byName(revisions: readonly KeptRevision[]): Map<string, Buffer> {
  return new Map(
    revisions.map(({ incident, bytes }) => [`${incident.id}/${incident.revision}`, bytes]),
  );
}

function unlike(again: Map<string, Buffer>, live: Map<string, Buffer>): string[] {
  const names = new Set([...again.keys(), ...live.keys()]);
  return [...names].flatMap((name) => {
    const [one, other] = [again.get(name), live.get(name)];
    if (one === undefined) return [`${name} came live and not again`];
    if (other === undefined) return [`${name} came again and not live`];
    return one.equals(other) ? [] : [`${name} has other bytes than it had live`];
  });
}

/** The time of a replay stops with its last line, where not everything has ended. */
function asEnded(incident: Incident): string {
  return verdictOf({ ...incident, state: "resolved" });
}

/** Lists, so that one told twice counts as a difference. */
function differences(expected: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  const missing = expected.filter((verdict) => {
    const at = left.indexOf(verdict);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...missing.map((verdict) => `missing: ${verdict}`),
    ...left.map((verdict) => `invented: ${verdict}`),
  ];
}
