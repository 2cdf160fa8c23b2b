import { describe, expect, test } from "vitest";
import { CANARY_PEER, canaryLine } from "../../lib/domain/canary.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { timeText } from "../../sim/log-line.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";
import { KeptLog } from "./kept-log.ts";

/** The log stamps arrivals by the machine's clock, so these lines are written around now. */
const NOW_SECOND = Math.floor(Date.now() / 1_000);
const HOUR = 3_600;
const ZONE_HOURS = 3;

const CONFIG = `inputs:
  - { name: east, type: syslog, listen: "127.0.0.1:5514", zone: Etc/GMT-${ZONE_HOURS} }
rules:
  - { name: three-hosts, type: host_count, signal: tcp_reset, hosts: 3, within: 60s, scope: site }
`;

/** As a host in the zone of the input writes it: no year, no zone. */
function lineAt(second: number, host: string): string {
  const time = timeText(second + ZONE_HOURS * HOUR);
  return `${time} ${host} kernel: Limiting tcp reset response from 422 to 192 packets/sec`;
}

async function keptLines(...batches: (readonly string[])[]) {
  const log = await KeptLog.open(CONFIG);
  const sample = MESSAGE_SAMPLES["line-batch"];
  for (const lines of batches) {
    const segments = [{ ...sample.segments[0]!, lines: lines.length }];
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    await log.put("lines", "line-batch", null, { ...sample, input: "east", segments, bytes });
  }
  return log;
}

const HOSTS = ["fra1-a", "fra1-b", "fra1-c"];

describe("replay --from lines", () => {
  test("years come from the arrival, zones from the inputs, evidence cites the log", async () => {
    const startSecond = NOW_SECOND - 2;
    const log = await keptLines(
      [lineAt(startSecond, "fra1-a"), lineAt(startSecond, "fra1-b")],
      [lineAt(startSecond + 1, "fra1-c")],
    );
    const [incident, ...others] = await log.json("replay", "--from", "lines");
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      startedAt: formatTime(startSecond * 1_000),
      metAt: formatTime((startSecond + 1) * 1_000),
      hosts: { count: 3 },
    });
    const evidence = incident?.["evidence"] as { at: string }[];
    const places = ["tidegauge.lines/0@0#1", "tidegauge.lines/0@0#2", "tidegauge.lines/0@1#1"];
    expect(evidence.map(({ at }) => at).toSorted()).toEqual(places);
  });

  test("a clock that is hours ahead counts at its arrival", async () => {
    const log = await keptLines(HOSTS.map((host) => lineAt(NOW_SECOND + 9 * HOUR, host)));
    const [incident] = await log.json("replay", "--from", "lines");
    const startedAtMs = Date.parse(String(incident?.["startedAt"]));
    expect(startedAtMs).toBeGreaterThanOrEqual(NOW_SECOND * 1_000);
    expect(startedAtMs).toBeLessThanOrEqual(Date.now());
  });

  test("a canary is no line of anyone", async () => {
    const log = await keptLines([lineAt(NOW_SECOND, "fra1-a")]);
    const sample = MESSAGE_SAMPLES["line-batch"];
    const text = canaryLine({ input: "east", sentMs: NOW_SECOND * 1_000 });
    const segments = [{ ...sample.segments[0]!, lines: 1, peer: CANARY_PEER }];
    const bytes = new TextEncoder().encode(`${text}\n`);
    await log.put("lines", "line-batch", null, { ...sample, segments, bytes });
    const { stderr } = await log.run("replay", "--from", "lines");
    expect(stderr).toContain("1 line: 1 ours, 0 not ours, 0 rejected");
  });

  test("older than retain at its arrival is rejected, and counted", async () => {
    const log = await keptLines(HOSTS.map((host) => lineAt(NOW_SECOND - 36 * HOUR, host)));
    const { stdout, stderr, code } = await log.run("replay", "--from", "lines");
    expect(stderr).toContain("3 lines: 0 ours, 0 not ours, 3 rejected (too_late 3)");
    expect({ stdout, code }).toEqual({ stdout: "", code: 0 });
  });

  test.each([[["some.log"]], [["--zone", "UTC"]]])("%j makes no sense with it: 2", async (args) => {
    const log = await keptLines();
    expect((await log.run("replay", "--from", "lines", ...args)).code).toBe(2);
  });
});
