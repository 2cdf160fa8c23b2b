import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CATALOGUE, METRICS, type Events } from "../../../lib/telemetry/events.ts";
import { INGEST_METRICS } from "../../../lib/telemetry/events/ingest.ts";
import { INLET_MESSAGES, INLET_METRICS } from "../../../lib/telemetry/events/inlets.ts";
import { NOTIFY_MESSAGES, NOTIFY_METRICS } from "../../../lib/telemetry/events/notify.ts";
import { Recorder } from "../../../lib/telemetry/recorder.ts";
import { readSourceTree, sourceFile, type SourceFile } from "../../support/source-tree.ts";
import { HAPPENINGS, outcomes } from "./happenings.ts";

const EVENTS = Object.entries(HAPPENINGS).flatMap(([group, happenings]) =>
  Object.entries(happenings).map(([event, told]) => [group, event, told] as const),
);
const files = readSourceTree(fileURLToPath(new URL("../../..", import.meta.url)));

function tell(telemetry: Recorder, group: string, event: string, told: readonly unknown[]): void {
  const events = telemetry.events[group as keyof Events] as unknown as Record<string, Function>;
  for (const one of told) events[event]?.(...(one as unknown[]));
}

describe("events", () => {
  test.each(EVENTS)("%s.%s counts or logs", (group, event, told) => {
    const telemetry = new Recorder();
    tell(telemetry, group, event, told);
    const counted = METRICS.filter((metric) => telemetry.recorded(metric).length > 0);
    expect(counted.length + telemetry.logged.length).toBeGreaterThan(0);
  });

  test("nothing in the catalogue is never used, and no name is used twice", () => {
    const telemetry = new Recorder();
    for (const [group, event, told] of EVENTS) tell(telemetry, group, event, told);
    const idle = METRICS.filter((metric) => telemetry.recorded(metric).length === 0);
    const said = CATALOGUE.flatMap(({ messages }) => messages);
    const unsaid = said.filter((message) => telemetry.saw(message).length === 0);
    expect({ idle, unsaid }).toEqual({ idle: [], unsaid: [] });
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    expect(new Set(said.map(({ says }) => says)).size).toBe(said.length);
  });

  test("every event is told by the program, or asserted here until it is", () => {
    const told = EVENTS.filter(([, event]) => !isNamed(files, event));
    expect(told).toEqual([]);
    const planted = [sourceFile("services/notify/a.ts", "events.suppressed(sink, reason);")];
    expect(isNamed(planted, "suppressed")).toBe(true);
    expect(isNamed(planted, "delivered")).toBe(false);
  });

  test("only lib/telemetry/events makes metrics and words messages", () => {
    const makers = /lib\/telemetry\/(metrics|messages)\.ts$/;
    const made = files
      .filter(({ path }) => /^(lib|services|cli|offline|sim)\//.test(path))
      .filter(({ path }) => !path.startsWith("lib/telemetry/events"))
      .filter(({ imports }) => imports.some((target) => makers.test(target)))
      .filter(({ text }) => /\b(counter|gauge|histogram|debug|info|warn|error)\("/.test(text));
    expect(made.map(({ path }) => path)).toEqual([]);
  });
});

function isNamed(files: readonly SourceFile[], event: string): boolean {
  const call = new RegExp(`\\b${event}(\\?\\.)?\\(|^    ${event}: \\[`, "m");
  return files
    .filter(({ path }) => path.endsWith(".ts") && !path.startsWith("lib/telemetry/events"))
    .some(({ text }) => call.test(text));
}

describe("lines", () => {
  test("in = pass + drop + reject, and each reason is a label", () => {
    const telemetry = new Recorder();
    const { ingest } = telemetry.events;
    ingest.linesRead("udp", 10, 1_000);
    ingest.linesDone("udp", outcomes());
    const { lines, linesRead } = INGEST_METRICS;
    expect(telemetry.counted(lines)).toBe(telemetry.counted(linesRead));
    expect(telemetry.counted(lines, { outcome: "pass" })).toBe(4);
    expect(telemetry.counted(lines, { outcome: "drop", reason: "empty" })).toBe(2);
    expect(telemetry.counted(lines, { outcome: "reject", reason: "malformed" })).toBe(1);
    expect(telemetry.counted(lines, { input: "other" })).toBe(0);
  });

  test("datagrams that the kernel dropped are counted, and logged with a remedy", () => {
    const telemetry = new Recorder();
    telemetry.events.ingest.datagramsLost("udp", 0);
    telemetry.events.ingest.datagramsLost("udp", 91_778);
    expect(telemetry.counted(INLET_METRICS.datagramsLost, { input: "udp" })).toBe(91_778);
    expect(telemetry.saw(INLET_MESSAGES.datagramsLost)).toEqual([
      { input: "udp", datagrams: 91_778 },
    ]);
    expect(INLET_MESSAGES.datagramsLost.text).toContain("net.core.rmem_max");
  });

  test("a connection that ends in peace is counted and not logged", () => {
    const telemetry = new Recorder();
    telemetry.events.ingest.connectionClosed("tcp", "peer", "192.0.2.1", 0);
    expect(telemetry.counted(INLET_METRICS.connectionsClosed, { reason: "peer" })).toBe(1);
    expect(telemetry.logged).toEqual([]);
  });
});

describe("deliveries", () => {
  test("a retry counts as failed, with its reason; the sink is up when one is sent", () => {
    const telemetry = new Recorder();
    const { notify } = telemetry.events;
    const delivery = { sink: "pager", incidentId: "tg-1", revision: 2, attempts: 1 };
    const { deliveries, faults, up, seconds } = NOTIFY_METRICS;
    notify.deliveryRetried(delivery, "deadline", 1_000);
    expect(telemetry.counted(faults, { sink: "pager", reason: "deadline" })).toBe(1);
    expect(telemetry.counted(up, { sink: "pager" })).toBe(0);
    notify.delivered({ ...delivery, attempts: 2 }, 1_250);
    expect(telemetry.counted(up, { sink: "pager" })).toBe(1);
    expect(telemetry.counted(deliveries, { state: "failed" })).toBe(1);
    expect(telemetry.counted(deliveries, { state: "sent" })).toBe(1);
    expect(telemetry.recorded(seconds)).toEqual([1.25]);
    expect(telemetry.saw(NOTIFY_MESSAGES.retrying)).toMatchObject([{ incident: "tg-1" }]);
  });
});

describe("the recorder", () => {
  test("stops a test that counts with a label outside its closed set", () => {
    const telemetry = new Recorder();
    const reason = "because" as "silenced";
    expect(() => telemetry.events.notify.suppressed("pager", reason)).toThrow(
      /closed set of reason/,
    );
  });
});
