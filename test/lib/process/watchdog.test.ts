import { describe, expect, test, vi } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { Progress } from "../../../lib/process/progress.ts";
import { Watchdog, type Question } from "../../../lib/process/watchdog.ts";
import { PROCESS_MESSAGES, PROCESS_METRICS } from "../../../lib/telemetry/events/process.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";

function world(questions: readonly Question[] = []) {
  const clock = new ManualClock();
  const progress = new Progress();
  const telemetry = new Recorder();
  const observer = telemetry.events.process;
  const watchdog = new Watchdog({ progress, clock, observer, questions });
  const deaths: Error[] = [];
  const start = () => watchdog.start({ died: (reason) => void deaths.push(reason as Error) });
  return { clock, progress, telemetry, watchdog, deaths, start };
}

describe("the watchdog", () => {
  test("tells readiness when it changes, and dies once of work that stands still", () => {
    const { clock, progress, telemetry, watchdog, deaths, start } = world();
    const source = progress.source("host log/0");
    source.done(5);
    source.known(9);
    expect(watchdog.health).toBeNull();
    start();
    expect(telemetry.saw(PROCESS_MESSAGES.ready)).toHaveLength(1);
    clock.advance(30_000);
    expect(telemetry.saw(PROCESS_MESSAGES.notReady)).toHaveLength(1);
    expect(telemetry.counted(PROCESS_METRICS.stuck, { source: "host log/0" })).toBe(1);
    expect(watchdog.health?.isReady).toBe(false);
    clock.advance(600_000);
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toMatchObject({ code: "no_progress", exitCode: 75 });
    expect(deaths[0]?.message).toContain("host log/0: stands at 5 of 9");
    expect(telemetry.saw(PROCESS_MESSAGES.dead)).toHaveLength(1);
  });

  test("no longer calls a source stuck that has left", () => {
    const { clock, progress, telemetry, start } = world();
    const source = progress.source("log");
    source.known(9);
    start();
    clock.advance(60_000);
    source.leave();
    clock.advance(1_000);
    expect(telemetry.counted(PROCESS_METRICS.stuck, { source: "log" })).toBe(0);
    expect(telemetry.counted(PROCESS_METRICS.ready)).toBe(1);
  });

  test("leaves no timer behind when it is stopped", async () => {
    const ask = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const { clock, watchdog, start } = world([{ name: "log", ask }]);
    start();
    await vi.waitUntil(() => ask.mock.calls.length === 1);
    watchdog.stop();
    clock.advance(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(clock.nextDueMs()).toBeNull();
  });
});

describe("a question", () => {
  test("is asked again after its answer", async () => {
    const ask = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const { clock, watchdog, start } = world([{ name: "log", ask }]);
    start();
    for (let round = 2; round < 5; round += 1) {
      await Promise.resolve();
      await Promise.resolve();
      clock.advance(5_000);
      expect(ask).toHaveBeenCalledTimes(round);
    }
    expect(watchdog.health?.isReady).toBe(true);
  });

  test("that is never answered is not asked twice, and makes the process not ready", () => {
    const ask = vi.fn<() => Promise<void>>(() => new Promise(() => {}));
    const { clock, watchdog, start } = world([{ name: "log", ask }]);
    start();
    clock.advance(31_000);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(watchdog.health?.sources).toMatchObject([{ source: "log", state: "stuck" }]);
  });

  test("that fails is told and asked again", async () => {
    const ask = vi.fn<() => Promise<void>>(() => Promise.reject(new Error("broker away")));
    const { clock, telemetry, start } = world([{ name: "log", ask }]);
    start();
    await vi.waitUntil(() => telemetry.saw(PROCESS_MESSAGES.unanswered).length === 1);
    clock.advance(5_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
