import { describe, expect, it } from "vitest";
import { FactBatch } from "../../../lib/domain/fact-batch.ts";
import { GAUGES } from "../../../lib/domain/gauge.ts";
import { ReadingColumns } from "../../../lib/domain/host-readings.ts";
import { SourceClock } from "../../../services/detect/host/source-clock.ts";
import { ByteWriter } from "../../../services/detect/state/byte-writer.ts";
import { writeCounters } from "../../../services/detect/state/counter-state.ts";
import {
  encodeHostState,
  type HostStateParts,
  restoreHostState,
} from "../../../services/detect/state/host-state.ts";
import { newStage } from "../../support/detect/new-stage.ts";

const START = 1_795_233_600;
const ALL = (1 << GAUGES.length) - 1;
const HOSTS = 3;

function newParts(): HostStateParts {
  const cover = { gaugeMask: ALL, withinSeconds: 4, dwellSeconds: 0, definition: 0 };
  const { stage, directory } = newStage([cover], 4);
  return { stage, directory, clock: new SourceClock(10) };
}

/** Two samplers, a reboot, settings, blocks that close, floods now and then. */
function feed({ stage, directory }: HostStateParts, from: number, to: number): void {
  for (let second = from; second < to; second += 10) {
    for (let host = 0; host < HOSTS; host++) {
      const batch = new FactBatch(1);
      batch.host[0] = directory.idOf("", `fra1-web-${host}`);
      batch.timeMs[0] = (START + second) * 1_000 + host;
      batch.gauge[0] = -1;
      batch.length = 1;
      const readings = new ReadingColumns();
      const isFlood = second % 1_500 > 1_400;
      readings.add(0, {
        boot: second < 2_000 || host > 0 ? "boot-1" : "boot-2",
        os: "freebsd",
        sampler: (second / 10) % 7 === 0 ? "telegraf" : "ship",
        uptimeSeconds: null,
        counters: [
          { name: "Tcp.OutRsts", value: second * (isFlood ? 900 : 5) },
          { name: "udp.dropped-no-socket", value: second * 2 + 2 ** 33 },
        ],
        gauges: [],
        posture: [{ name: "net.inet.icmp.icmplim_output", value: host % 2 }],
      });
      batch.readings = readings;
      stage.fold(batch, 0, 1);
    }
  }
}

function countersOf({ stage }: HostStateParts): Uint8Array {
  const writer = new ByteWriter();
  for (let host = 0; host < HOSTS; host++) writeCounters(writer, stage, host);
  return writer.finish();
}

function hotOf({ stage }: HostStateParts): (readonly number[])[] {
  const seconds: (readonly number[])[] = [];
  stage.series(0, 0)?.visitRows(0, Number.MAX_SAFE_INTEGER, (...row) => {
    if (row.slice(1).some((value) => value !== 0)) seconds.push(row);
  });
  return seconds;
}

describe("a host stage with counters", () => {
  it("goes on from its snapshot as if it had never stopped", async () => {
    const whole = newParts();
    feed(whole, 0, 6_000);
    const first = newParts();
    feed(first, 0, 3_010);
    const second = newParts();
    await restoreHostState(await encodeHostState(first), second);
    feed(second, 3_010, 6_000);
    expect(countersOf(second)).toEqual(countersOf(whole));
    expect(hotOf(second)).toEqual(hotOf(whole));
    expect(hotOf(whole).length).toBeGreaterThan(100);
    const { members } = second.stage;
    expect(members[0]!.hostsSampled).toEqual(whole.stage.members[0]!.hostsSampled);
    expect(members[0]!.hostsSampled).toEqual([HOSTS]);
    expect(members[0]!.blind).toEqual([[2]]);
  });

  it("still knows which settings hide something where a host sends nothing else", async () => {
    const first = newParts();
    const batch = new FactBatch(1);
    batch.host[0] = first.directory.idOf("", "fra1-web-0");
    batch.timeMs[0] = START * 1_000;
    batch.gauge[0] = -1;
    batch.length = 1;
    const readings = new ReadingColumns();
    const posture = [{ name: "net.inet.icmp.icmplim_output", value: 0 }];
    const named = { boot: null, os: "freebsd", sampler: "ship", uptimeSeconds: null } as const;
    readings.add(0, { ...named, counters: [], gauges: [], posture });
    batch.readings = readings;
    first.stage.fold(batch, 0, 1);
    const second = newParts();
    await restoreHostState(await encodeHostState(first), second);
    const [members] = second.stage.members;
    expect(members!.blind).toEqual([[1]]);
    expect(members!.hostsSampled).toEqual([0]);
  });
});
