import { describe, expect, it } from "vitest";
import { type Pending, PendingQueue } from "../../../services/notify/core/pending.ts";
import { MESSAGE_SAMPLES } from "../../lib/wire/message-samples.ts";

const pending = (revision: number, offset: number): Pending => ({
  revision: { ...MESSAGE_SAMPLES.incident, revision },
  partition: 0,
  offset,
  publishedAtMs: 0,
  mayBeTold: false,
  attempts: 0,
  dueMs: 0,
  firstAttemptAtMs: null,
  heldSinceMs: null,
});

describe("what waits for a sink", () => {
  it("is not settled before the first of all whose place it took", () => {
    const queue = new PendingQueue("newest");
    queue.add(pending(1, 4));
    queue.add(pending(2, 9));
    queue.add(pending(3, 12));
    // A process that dies now reads the first again, which the sink may have taken without a mark.
    expect(queue.settledBefore(0, 20)).toBe(4);
    queue.remove([...queue.values()][0]!);
    expect(queue.settledBefore(0, 20)).toBe(20);
  });

  it("settles one after the other where every revision counts", () => {
    const queue = new PendingQueue("every");
    queue.add(pending(1, 4));
    queue.add(pending(2, 9));
    queue.remove([...queue.values()][0]!);
    expect(queue.settledBefore(0, 20)).toBe(9);
  });
});
