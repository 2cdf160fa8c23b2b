import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backlog, LINES_PARTITIONS, STAGES } from "../support/backlog.ts";

const LINES = 3_000;
const WITHIN_MS = 240_000;

/** What is read next: a stage, one of its partitions, and how much of it at once. */
const move = fc.record({
  stage: fc.constantFrom(...STAGES),
  partition: fc.nat(LINES_PARTITIONS - 1),
  records: fc.constantFrom(1, 3, 20, 200),
});

describe("twelve hours that wait in eight partitions", () => {
  it("come to the same verdicts in any interleaving", { timeout: WITHIN_MS }, async () => {
    let incidents = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000),
        fc.array(move, { maxLength: 400 }),
        fc.nat(LINES_PARTITIONS - 1),
        async (seed, moves, stalled) => {
          const backlog = await Backlog.make(seed, LINES);
          for (const { stage, partition, records } of moves) {
            // One partition is stalled until everything else has been read.
            if (stage === "lines" && partition === stalled) continue;
            await backlog.read(stage, partition % COUNT[stage], records);
          }
          await readAllBut(backlog, stalled);
          await backlog.drain();
          expect(backlog.verdicts).toEqual(backlog.wanted);
          expect(backlog.kinds).not.toContain("silence");
          incidents += backlog.wanted.length;
        },
      ),
      { numRuns: 25 },
    );
    expect(incidents).toBeGreaterThan(100);
  });

  it("come to the same when one is read to its end before the others begin", async () => {
    const backlog = await Backlog.make(1, LINES);
    for (let partition = 0; partition < LINES_PARTITIONS; partition++) {
      while (await backlog.read("lines", partition, 1_000));
      await through(backlog);
    }
    await backlog.drain();
    expect(backlog.verdicts).toEqual(backlog.wanted);
  });
});

const COUNT = { lines: LINES_PARTITIONS, observations: 3, tallies: 2 } as const;

async function readAllBut(backlog: Backlog, stalled: number): Promise<void> {
  for (let partition = 0; partition < LINES_PARTITIONS; partition++) {
    if (partition !== stalled) while (await backlog.read("lines", partition, 50));
  }
  await through(backlog);
}

/** What ingest has published goes through both stages of the detector. */
async function through(backlog: Backlog): Promise<void> {
  for (const stage of ["observations", "tallies"] as const) {
    for (let partition = 0; partition < COUNT[stage]; partition++) {
      while (await backlog.read(stage, partition, 1_000));
    }
  }
}
