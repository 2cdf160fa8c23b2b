import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { onKafka } from "../../support/kafka-client.ts";
import { pauseProcess, stormOfMembers } from "../../support/kafka/weather.ts";
import { runWorldOnKafka } from "../../support/kafka/world-run.ts";

/** Well over the session of a member, so that others have taken its place. */
const PAUSED_MS = Number(process.env["KAFKA_PAUSE_MS"] ?? 15_000);
const STORM = { everyMs: 2_000, forMs: 16_000 } as const;
const WITHIN_MS = 2 * PAUSED_MS + STORM.forMs;
const TEST_WITHIN_MS = 600_000;
/** What is promised of a process that wakes up, and of a group that is never at rest. */
const WHOLE_WITHIN_MS = 10_000;
const STALL_MS_MAX = 60_000;

onKafka((brokers) => {
  describe("processes that are paused, and members that come and go", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "tidegauge-weather-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it(
      "change no verdict, and are whole again within ten seconds",
      async () => {
        const wholeAfterMs: number[] = [];
        let stalledMs = 0;
        const report = await runWorldOnKafka({
          brokers,
          folder,
          seed: 2,
          lines: 30_000,
          partitions: 3,
          withinMs: WITHIN_MS,
          disturb: async (fleet, log) => {
            for (const service of ["ingest", "detect"]) {
              const number = fleet.services.indexOf(service);
              const paused = await pauseProcess(fleet, number, log, brokers, PAUSED_MS);
              wholeAfterMs.push(paused.wholeAfterMs);
            }
            ({ stalledMs } = await stormOfMembers(fleet, log, brokers, STORM));
          },
        });
        await report.log.close();
        expect(report.found).toEqual(report.wanted);
        expect(report.unlike).toEqual([]);
        expect(report.exits).toEqual(report.exits.map(() => 0));
        expect(Math.max(...wholeAfterMs)).toBeLessThan(WHOLE_WITHIN_MS);
        expect(stalledMs).toBeLessThan(STALL_MS_MAX);
      },
      TEST_WITHIN_MS,
    );
  });
});
