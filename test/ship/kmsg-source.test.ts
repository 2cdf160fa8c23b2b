import { describe, expect, test, vi } from "vitest";
import { SHIP_METRICS } from "../../lib/telemetry/events/ship.ts";
import type { KmsgDevice } from "../../services/ship/kmsg-device.ts";
import { KmsgSource } from "../../services/ship/kmsg-source.ts";
import { sourceWorld, START_MS } from "./ship-world.ts";

const UPTIME_MS = 3_600_000;

/** The ring of a kernel that has been up for an hour; each reader begins at its oldest record. */
class Ring {
  bootId = "boot-1";
  /** By sequence number; what was overwritten is gone. */
  records = new Map<number, string>();
  sequence = 0;
  isForbidden = false;

  log(uptimeMs: number, text: string): void {
    const { sequence } = this;
    this.records.set(this.sequence++, `4,${sequence},${uptimeMs * 1_000},-;${text}\n`);
  }

  /** The oldest are overwritten. */
  keepLast(count: number): void {
    for (const sequence of [...this.records.keys()].slice(0, -count)) this.records.delete(sequence);
  }

  reboot(): void {
    this.bootId = "boot-2";
    this.records.clear();
    this.sequence = 0;
  }

  async open(): Promise<KmsgDevice> {
    if (this.isForbidden) {
      throw Object.assign(new Error("EPERM"), { code: "EPERM", syscall: "open" });
    }
    let next = Math.min(...this.records.keys(), this.sequence);
    return {
      bootId: this.bootId,
      uptimeMs: () => UPTIME_MS,
      read: async () => {
        if (next >= this.sequence) return null;
        const record = this.records.get(next);
        if (record !== undefined) {
          next += 1;
          return Buffer.from(record);
        }
        next = Math.min(...this.records.keys(), this.sequence);
        return "overwritten";
      },
      close: async () => undefined,
    };
  }
}

function started(ring: Ring, world = sourceWorld()) {
  const source = new KmsgSource(world.world, () => ring.open());
  source.start(world.context);
  return { ...world, source };
}

const textOf = (line: string) => line.slice(line.indexOf("kernel - - - ") + 13);
const timeOf = (line: string) => Date.parse(line.split(" ")[1]!);

describe("the kernel's own log", () => {
  test("is read from the oldest that is there, then on", async () => {
    const ring = new Ring();
    ring.log(1_000, "Linux version 6.18");
    const { source, path, deaths } = started(ring);
    await vi.waitFor(() => expect(path.lines).toHaveLength(1));
    ring.log(UPTIME_MS, "possible SYN flooding");
    await vi.waitFor(() => expect(path.lines.map(textOf)).toHaveLength(2));
    await source.stop();
    expect(path.lines[1]).toBe(
      "<4>1 2026-11-20T08:30:00.000Z fra1-web-001 kernel - - - possible SYN flooding",
    );
    expect(deaths).toEqual([]);
  });

  test("goes on behind its place after a restart, and gives no line twice", async () => {
    const ring = new Ring();
    for (let index = 0; index < 5; index++) ring.log(1_000 + index, `line ${index}`);
    const first = started(ring);
    await vi.waitFor(() => expect(first.path.lines).toHaveLength(5));
    await first.source.stop();
    ring.log(2_000, "line 5");
    const second = started(ring, sourceWorld(first.cursors));
    await vi.waitFor(() => expect(second.path.lines).toHaveLength(1));
    await second.source.stop();
    expect(second.path.lines.map(textOf)).toEqual(["line 5"]);
  });

  test("a line that is read again after a crash has the same bytes", async () => {
    const ring = new Ring();
    ring.log(1_000, "line 0");
    const first = started(ring);
    await vi.waitFor(() => expect(first.path.lines).toHaveLength(1));
    // Killed before its place was kept; a while later the clocks do not quite agree any more.
    const kept = { bootId: "boot-1", sequence: -1, offsetMs: START_MS - UPTIME_MS };
    first.cursors.saved.set("kmsg", kept);
    const later = sourceWorld(first.cursors);
    later.clock.set(START_MS + 250);
    const second = started(ring, later);
    await vi.waitFor(() => expect(second.path.lines).toHaveLength(1));
    await Promise.all([first.source.stop(), second.source.stop()]);
    expect(second.path.lines).toEqual(first.path.lines);
  });

  test("after a reboot begins at the oldest again", async () => {
    const ring = new Ring();
    ring.log(1_000, "before");
    const first = started(ring);
    await vi.waitFor(() => expect(first.path.lines).toHaveLength(1));
    await first.source.stop();
    ring.reboot();
    ring.log(1_000, "after");
    const second = started(ring, sourceWorld(first.cursors));
    await vi.waitFor(() => expect(second.path.lines.map(textOf)).toEqual(["after"]));
    await second.source.stop();
    expect(second.told.counted(SHIP_METRICS.kernelLinesLost)).toBe(0);
  });

  test("counts what was overwritten, also while nobody was there", async () => {
    const ring = new Ring();
    ring.log(1_000, "line 0");
    const first = started(ring);
    await vi.waitFor(() => expect(first.path.lines).toHaveLength(1));
    await first.source.stop();
    for (let index = 1; index < 10; index++) ring.log(1_000, `line ${index}`);
    ring.keepLast(2);
    const second = started(ring, sourceWorld(first.cursors));
    await vi.waitFor(() => expect(second.path.lines.map(textOf)).toEqual(["line 8", "line 9"]));
    await second.source.stop();
    expect(second.told.counted(SHIP_METRICS.kernelLinesLost)).toBe(7);
  });

  test("follows the wall clock when the machine has slept", async () => {
    const ring = new Ring();
    const { source, path, clock, told } = started(ring);
    ring.log(UPTIME_MS, "awake");
    await vi.waitFor(() => expect(path.lines).toHaveLength(1));
    // The kernel's own clock stood still meanwhile.
    clock.set(START_MS + 7_200_000);
    await vi.waitFor(() => {
      ring.log(UPTIME_MS + 100, "woken");
      expect(told.counted(SHIP_METRICS.clockCorrections)).toBe(1);
    });
    const seen = ring.sequence;
    ring.log(UPTIME_MS + 100, "wide awake");
    await vi.waitFor(() => expect(path.lines).toHaveLength(seen + 1));
    await source.stop();
    expect(timeOf(path.lines.at(-1)!)).toBe(START_MS + 7_200_000);
  });

  test("what this user may not read is told and tried again", async () => {
    const ring = new Ring();
    ring.isForbidden = true;
    ring.log(1_000, "line 0");
    const { source, path, told } = started(ring);
    await vi.waitFor(() =>
      expect(told.counted(SHIP_METRICS.sourceFailures)).toBeGreaterThanOrEqual(2),
    );
    ring.isForbidden = false;
    await vi.waitFor(() => expect(path.lines).toHaveLength(1));
    await source.stop();
  });
});
