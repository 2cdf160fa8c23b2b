import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../lib/process/manual-clock.ts";
import { MemoryLog } from "../../../lib/stream/memory.ts";
import type { AppendFault } from "../../../lib/stream/memory.ts";
import type { Log } from "../../../lib/stream/stream.ts";
import { describeLog } from "../../contract/stream.ts";
import { PLAIN, record, take, texts } from "../../contract/stream-harness.ts";

const START_MS = 1_800_000_000_000;
const logs = new WeakMap<Log, MemoryLog>();

function connect(log: MemoryLog): Log {
  const client = log.connect();
  logs.set(client, log);
  return client;
}

/** Idle timers fire by themselves, so that the suite needs no hand on the clock. */
class EagerClock extends ManualClock {
  override after(delayMs: number, call: () => void): () => void {
    if (delayMs > 0) return super.after(delayMs, call);
    let open = true;
    queueMicrotask(() => open && call());
    return () => {
      open = false;
    };
  }
}

describeLog("memory", {
  open: async () => connect(new MemoryLog(new EagerClock(START_MS))),
  reopen: async (log) => {
    await log.close();
    return connect(logs.get(log) as MemoryLog);
  },
  close: (log) => log.close(),
  nowMs: () => START_MS,
  clean: async (log, nowMs) => {
    const memory = logs.get(log) as MemoryLog;
    const clock = memory.clock as ManualClock;
    const backMs = clock.nowMs() - nowMs;
    clock.step(-backMs);
    memory.clean();
    clock.step(backMs);
  },
  rebalancesAtOnce: true,
  slow: false,
});

describe("faults of the memory log", () => {
  const open = async (fault: AppendFault) => {
    const faults: AppendFault[] = [fault];
    const log = new MemoryLog(new ManualClock(START_MS), {
      onAppend: () => faults.shift() ?? "none",
    });
    const client = log.connect();
    await client.ensureTopics([PLAIN]);
    return { log, client };
  };
  const contents = (log: MemoryLog) =>
    texts(log.slice({ topic: "plain", partition: 0, offset: 0 }, 1_000).records);

  it.each([
    ["ack_lost", "append_unknown", ["a", "a"]],
    ["refused", "log_busy", ["a"]],
    ["disk_full", "disk_full", ["a"]],
  ] as const)("%s rejects with %s, and trying again leaves %j", async (fault, code, left) => {
    const { log, client } = await open(fault);
    const failing = client.append("plain", 0, [record("a")]);
    await expect(failing).rejects.toMatchObject({ code, retriable: true });
    await client.append("plain", 0, [record("a")]);
    expect(contents(log)).toEqual(left);
  });

  it.each([
    ["crash_before", []],
    ["crash_after", ["a"]],
  ] as const)("%s never answers, leaves %j and frees the partitions", async (fault, left) => {
    const { log, client } = await open(fault);
    const consumer = await client.join({ group: "g", topics: ["plain"] });
    await take(consumer, "assigned");
    let answered = false;
    void client.append("plain", 0, [record("a")]).finally(() => {
      answered = true;
    });
    const heir = await log.connect().join({ group: "g", topics: ["plain"] });
    expect((await take(heir, "assigned")).partitions).toHaveLength(3);
    expect(contents(log)).toEqual(left);
    expect(answered).toBe(false);
  });

  it("an expelled consumer is a zombie: others go on, its commit is refused", async () => {
    const { client } = await open("none");
    await client.append("plain", 0, [record("a")]);
    const zombie = await client.join({ group: "g", topics: ["plain"] });
    await take(zombie, "assigned");
    await take(zombie, "records");
    const heir = await client.join({ group: "g", topics: ["plain"] });
    zombie.expel();
    expect((await take(heir, "assigned")).partitions).toHaveLength(3);
    expect(texts((await take(heir, "records")).records)).toEqual(["a"]);
    const commit = zombie.commit([{ topic: "plain", partition: 0, offset: 1 }]);
    await expect(commit).rejects.toMatchObject({ code: "fenced" });
    expect((await take(zombie, "revoked")).partitions).toHaveLength(3);
    await take(heir, "revoked");
    expect((await take(zombie, "assigned")).partitions).not.toHaveLength(0);
  });
});
