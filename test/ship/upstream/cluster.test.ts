import { expect, test } from "vitest";
import { StreamError, type StreamErrorCode } from "../../../lib/stream/stream-error.ts";
import type { NewRecord } from "../../../lib/stream/stream.ts";
import { SHIP_METRICS } from "../../../lib/telemetry/events/ship.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { type Cluster, ClusterUpstream } from "../../../services/ship/upstream/cluster.ts";

const TOPIC = "tidegauge.lines";
const small: NewRecord = { key: "/a", value: Buffer.alloc(10) };
const large: NewRecord = { key: "/a", value: Buffer.alloc(1_000) };

/** A cluster whose topic takes records of up to 100 bytes, and which may refuse everything. */
function cluster() {
  const told = new Recorder();
  const far = {
    opened: 0,
    closed: 0,
    appended: [] as NewRecord[],
    refuses: null as StreamErrorCode | null,
  };
  const open = async (): Promise<Cluster> => {
    far.opened += 1;
    if (far.refuses === "login_refused") throw new StreamError("login_refused", "a login");
    return {
      async append(topic, _partition, records) {
        if (far.refuses !== null) throw new StreamError(far.refuses, "an append");
        if (records.some(({ value }) => value!.length > 100)) {
          throw new StreamError("record_too_large", `a record for ${topic}`);
        }
        far.appended.push(...records);
        return { firstOffset: 0, arrivalMs: 0 };
      },
      async offsets(topic) {
        const range = { topic, startOffset: 0, endOffset: 0 };
        return [0, 1, 2].map((partition) => ({ ...range, partition }));
      },
      async close() {
        far.closed += 1;
      },
    };
  };
  const upstream = new ClusterUpstream({ name: "kafka a:9092", open, events: told.events.ship });
  return { far, upstream, told };
}

test("connects when there is something to send, and stays so through what passes", async () => {
  const { far, upstream } = cluster();
  expect(far.opened).toBe(0);
  expect(await upstream.partitions(TOPIC)).toBe(3);
  far.refuses = "broker_unreachable";
  await expect(upstream.append(TOPIC, 0, [small])).rejects.toMatchObject({ retriable: true });
  far.refuses = null;
  await upstream.append(TOPIC, 0, [small]);
  expect(far).toMatchObject({ opened: 1, closed: 0, appended: [small] });
});

test("what does not pass by itself is tried on a new connection", async () => {
  const { far, upstream } = cluster();
  far.refuses = "not_permitted";
  await expect(upstream.append(TOPIC, 0, [small])).rejects.toMatchObject({ code: "not_permitted" });
  far.refuses = "login_refused";
  await expect(upstream.append(TOPIC, 0, [small])).rejects.toMatchObject({ code: "login_refused" });
  far.refuses = null;
  await upstream.append(TOPIC, 0, [small]);
  expect(far).toMatchObject({ opened: 3, closed: 1, appended: [small] });
});

test("a record that is too large for the topic is left out and told; the others go", async () => {
  const { far, upstream, told } = cluster();
  await upstream.append(TOPIC, 0, [small, large, small]);
  expect(far.appended).toEqual([small, small]);
  expect(told.counted(SHIP_METRICS.refused, { topic: TOPIC })).toBe(1);
});
