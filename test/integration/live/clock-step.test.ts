import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LiveSite } from "../../support/live/live-site.ts";
import { until } from "../../support/live/up-process.ts";

const STEPPED_CLOCK = new URL("../../support/live/stepped-clock.mjs", import.meta.url).href;
/** An incident comes with the next tick; the rest is for a busy machine. */
const TOLD_WITHIN_MS = 10_000;
/** `within`, the grace of log time, and the window behind the last line; doubled. */
const ENDED_WITHIN_MS = 50_000;
/** Longer than the ticks need to see the step. */
const SETTLE_MS = 3_000;

let site: LiveSite;

beforeEach(async () => {
  site = await LiveSite.make();
});

afterEach(() => site.remove());

it("finds what there is, and only that, after its clock stepped an hour back", async () => {
  const step = join(site.folder, "step");
  const env = {
    NODE_OPTIONS: `--import=${STEPPED_CLOCK}`,
    CLOCK_STEP_FILE: step,
  };
  const up = await site.ready(env);
  site.flood("ams1");
  await site.told("ams1", TOLD_WITHIN_MS);
  writeFileSync(step, "");
  await pause(SETTLE_MS);

  site.flood("fra1");
  const after = await site.told("fra1", TOLD_WITHIN_MS);
  expect(after.state).toBe("confirmed");
  expect(after.hosts.count).toBe(8);
  const ended = () => site.incidents.every(({ state }) => state === "resolved");
  await until("end of both, on log time", ended, ENDED_WITHIN_MS);
  expect(site.incidents.map(({ scope }) => scope.value).toSorted()).toEqual(["ams1", "fra1"]);
  expect(await up.isReady()).toBe(true);
  expect((await up.stop()).code).toBe(0);
}, 120_000);
