import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../../lib/process/random.ts";
import { onKafka } from "../../support/kafka-client.ts";
import { detectAgain, scopeAgain } from "../../support/kafka/world-again.ts";
import { runWorldOnKafka, type WorldReport } from "../../support/kafka/world-run.ts";

const PARTITIONS = 3;
const LINES = 30_000;
const KILLS = 3;
const KILLED_WITHIN_MS = 40_000;
const TEST_WITHIN_MS = 600_000;

onKafka((brokers) => {
  describe("a world of twelve hours through processes that are killed", () => {
    let folder: string;
    let report: WorldReport | null = null;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "tidegauge-world-"));
    });
    afterEach(async () => {
      await report?.log.close();
      report = null;
      rmSync(folder, { recursive: true });
    });

    it(
      "ends with the verdicts of a replay, and so does every stage again",
      async () => {
        report = await runWorldOnKafka({
          brokers,
          folder,
          seed: 1,
          lines: LINES,
          partitions: PARTITIONS,
          withinMs: KILLED_WITHIN_MS,
          disturb: (fleet) => fleet.killAll(KILLS, KILLED_WITHIN_MS, seededRandom(1)),
        });
        expect(report.found).toEqual(report.wanted);
        expect(report.found.length).toBeGreaterThan(100);
        expect(report.unlike).toEqual([]);
        expect(report.exits).toEqual(report.exits.map(() => 0));

        const { log, config } = report;
        const again = await scopeAgain(log, config, 100);
        expect(bytesOf(again)).toEqual(bytesOf(await log.revisions()));
        expect(await detectAgain(log, config, brokers, report.wanted)).toEqual(report.wanted);
      },
      TEST_WITHIN_MS,
    );
  });
});

/** Told twice they count once: after a crash the same bytes may come again. */
function bytesOf(revisions: WorldReport["revisions"]): string[] {
  const told = revisions.map(({ incident: { id, revision }, bytes }) => {
    return `${id} ${revision} ${bytes.toString("base64")}`;
  });
  return [...new Set(told)].toSorted();
}
