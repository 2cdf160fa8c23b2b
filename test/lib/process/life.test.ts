import { EventEmitter } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { live } from "../../../lib/process/life.ts";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import type { Part } from "../../../lib/process/parts.ts";
import { onSignals } from "../../../lib/process/signals.ts";

function world(part: Partial<Part> = {}) {
  const signals = new EventEmitter();
  const clock = new ManualClock();
  const exits: number[] = [];
  const told: string[] = [];
  let started = false;
  const parts: Part[] = [
    { name: "webhook", start: () => void (started = true), stop: () => {}, ...part },
  ];
  const exit = (code: number) => void exits.push(code);
  const tell = (text: string) => void told.push(text);
  const options = { parts, clock, signals, exit, tell };
  return { signals, clock, exits, told, options, isStarted: () => started };
}

describe("the life of a process", () => {
  test.each(["SIGTERM", "SIGINT"])(
    "one %s is a clean stop, and no listener stays",
    async (name) => {
      const { signals, exits, options, isStarted } = world();
      const ended = live(options);
      await vi.waitUntil(isStarted);
      signals.emit(name);
      await ended;
      expect(exits).toEqual([]);
      expect(signals.eventNames()).toEqual([]);
    },
  );

  test("a second signal ends it at once, with 128 and its number", async () => {
    const { signals, clock, exits, options, isStarted } = world({
      stop: () => new Promise(() => {}),
    });
    const ended = live(options);
    await vi.waitUntil(isStarted);
    signals.emit("SIGTERM");
    expect(exits).toEqual([]);
    signals.emit("SIGTERM");
    expect(exits).toEqual([143]);
    signals.emit("SIGINT");
    expect(exits).toEqual([143, 130]);
    await vi.waitUntil(() => clock.nextDueMs() !== null);
    clock.advance(10_000);
    await ended;
  });

  test("a part that hangs is named, and the process ends with another code than 0", async () => {
    const { signals, clock, exits, told, options, isStarted } = world({
      stop: () => new Promise(() => {}),
    });
    const ended = live(options);
    await vi.waitUntil(isStarted);
    signals.emit("SIGTERM");
    await vi.waitUntil(() => clock.nextDueMs() !== null);
    clock.advance(10_000);
    await ended;
    expect(told.join()).toContain("part_hung: webhook did not stop within 10 s");
    expect(exits).toEqual([75]);
  });

  test("what a part died of is thrown, for main to report", async () => {
    const die: Part["start"] = ({ died }) => died(new Error("disk failed"));
    const { exits, options } = world({ start: die });
    await expect(live(options)).rejects.toThrow("disk failed");
    expect(exits).toEqual([]);
  });
});

describe("SIGHUP", () => {
  test("reloads one at a time; those that come meanwhile become one more", async () => {
    const signals = new EventEmitter();
    const waiting: (() => void)[] = [];
    const reload = () => new Promise<void>((resolve) => waiting.push(resolve));
    const silence = onSignals({ stop() {}, atOnce() {}, reload }, signals);
    for (let i = 0; i < 5; i += 1) signals.emit("SIGHUP");
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await vi.waitUntil(() => waiting.length === 2);
    waiting[1]?.();
    signals.emit("SIGHUP");
    await vi.waitUntil(() => waiting.length === 3);
    silence();
    expect(signals.eventNames()).toEqual([]);
  });

  test("without a reload does nothing, and does not end the process", () => {
    const signals = new EventEmitter();
    const stop = vi.fn<() => void>();
    onSignals({ stop, atOnce: stop }, signals);
    signals.emit("SIGHUP");
    expect(stop).not.toHaveBeenCalled();
  });
});
