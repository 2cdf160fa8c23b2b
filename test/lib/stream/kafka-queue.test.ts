import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { quietQueue } from "../../../lib/stream/kafka-queue.ts";

const MODULE = "kafkajs/src/network/requestQueue/index.js";
const queues = createRequire(import.meta.url)(MODULE) as {
  readonly prototype: { scheduleCheckPendingRequests(): void };
};

describe("the queue of requests to a broker", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("sets a timer only where something waits or the broker asked to wait", () => {
    quietQueue();
    quietQueue();
    const timersOf = (queue: { pending: unknown[]; throttledUntil: number }): number => {
      vi.clearAllTimers();
      const state = {
        ...queue,
        throttleCheckTimeoutId: null,
        checkPendingRequests: () => undefined,
      };
      queues.prototype.scheduleCheckPendingRequests.call(state);
      return vi.getTimerCount();
    };
    expect(timersOf({ pending: [], throttledUntil: -1 })).toBe(0);
    expect(timersOf({ pending: [{}], throttledUntil: -1 })).toBe(1);
    expect(timersOf({ pending: [], throttledUntil: Date.now() + 1_000 })).toBe(1);
  });
});
