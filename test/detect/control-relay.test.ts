import { expect, it } from "vitest";
import { encodeMessage } from "../../lib/wire/message.ts";
import { Codec } from "../../lib/wire/codec.ts";
import { loadSchemas } from "../../lib/wire/schema.ts";
import { ManualClock } from "../../lib/process/manual-clock.ts";
import { runStep } from "../../lib/stream/run.ts";
import { MemoryLog } from "../../lib/stream/memory.ts";
import { topicPath, TOPICS } from "../../lib/wire/topics.ts";
import { ControlRelay, controlOffsetOf } from "../../services/detect/control-relay.ts";
import { controlOf } from "./controlled-world.ts";

const codec = new Codec(loadSchemas());
const PARTITIONS = 3;
const JOIN = { group: "detect.controls", topics: [topicPath("controls")] };

it("copies each control, and each deletion, into every partition, also after a crash", async () => {
  const log = new MemoryLog(new ManualClock(0));
  for (const name of ["controls", "tallies"] as const) {
    const partitions = name === "controls" ? 1 : PARTITIONS;
    log.ensure({ ...TOPICS[name], name: topicPath(name), partitions });
  }
  const control = controlOf({ type: "deploy" });
  const value = encodeMessage(codec, "control", control);
  log.append(topicPath("controls"), 0, [
    { key: control.id, value },
    { key: control.id, value: null },
  ]);
  let crashes = 1;
  log.faults.onCommit = () => (crashes-- > 0 ? "crash_before" : "none");
  const step = () => new ControlRelay({ path: topicPath, partitionsOf: () => PARTITIONS });
  const run = (stop: AbortSignal) =>
    runStep({ log: log.connect(), clock: log.clock, join: JOIN, step: step(), stop });
  void run(new AbortController().signal);
  await settle();
  const stop = new AbortController();
  const running = run(stop.signal);
  await settle();
  stop.abort();
  await running;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const from = { topic: topicPath("tallies"), partition, offset: 0 };
    const told = log.slice(from, Infinity).records.map((record) => {
      const bytes = record.value === null ? null : Buffer.from(record.value).toString("hex");
      return [controlOffsetOf(record.headers), record.key, bytes];
    });
    const once = [
      [0, "c1", Buffer.from(value).toString("hex")],
      [1, "c1", null],
    ];
    // Doubled by the crash between publish and commit; the offset tells the fold.
    expect(told).toEqual([...once, ...once]);
  }
});

async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}
