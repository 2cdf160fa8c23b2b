import { describe, expect, it } from "vitest";
import { type Alarm, netdataAlarms } from "../../support/detect/netdata-alarm.ts";
import { SampledHost } from "../../support/detect/sampled-host.ts";

const START = 1_795_233_600;
/** Long enough for a baseline: three whole blocks. */
const QUIET_SECONDS = 2_400;
/** The window of rule `resets`: hot seconds closer than this are one incident. */
const WITHIN_SECONDS = 60;

const COUNTER = "Tcp.AttemptFails";

/** One value a second: what was normal first, then `more` by the second. */
function ratesOf(seconds: number, normal: number, more: (second: number) => number): number[] {
  const quiet = Array.from({ length: QUIET_SECONDS }, () => normal);
  return [...quiet, ...Array.from({ length: seconds }, (_, second) => more(second))];
}

/** What rule `resets` says of one host that counts so much each second. */
function ours(
  rates: readonly number[],
  isBoot: (second: number) => boolean = () => false,
): Alarm[] {
  const host = new SampledHost();
  let boot = 0;
  let value = 1_000;
  rates.forEach((rate, second) => {
    if (isBoot(second)) {
      boot += 1;
      value = 0;
    }
    value += Math.round(rate);
    const timeMs = (START + second + 1) * 1_000;
    host.sample({ timeMs, counters: { [COUNTER]: value }, boot: `boot-${boot}` });
  });
  const alarms: { raisedAt: number; clearedAt: number | null }[] = [];
  for (const hot of host.hotSeconds("attempt_fails")) {
    const second = hot - START;
    const last = alarms.at(-1);
    const goesOn = last !== undefined && second <= last.clearedAt!;
    if (goesOn) last.clearedAt = second + WITHIN_SECONDS;
    else alarms.push({ raisedAt: second, clearedAt: second + WITHIN_SECONDS });
  }
  return alarms.map((alarm) =>
    alarm.clearedAt! > rates.length ? { ...alarm, clearedAt: null } : alarm,
  );
}

/** Both, by seconds since the change. */
function sideBySide(rates: readonly number[]) {
  const since = (alarms: readonly Alarm[]) =>
    alarms.map(({ raisedAt, clearedAt }) => [
      raisedAt - QUIET_SECONDS,
      clearedAt === null ? null : clearedAt - QUIET_SECONDS,
    ]);
  return { netdata: since(netdataAlarms(rates)), ours: since(ours(rates)) };
}

describe("rule resets beside the alarm that it mends", () => {
  it("a step from 2 to 400 a second: theirs clears after a minute, ours when it ends", () => {
    const rates = ratesOf(900, 2, (second) => (second < 600 ? 400 : 2));
    expect(sideBySide(rates)).toEqual({ netdata: [[10, 70]], ours: [[1, 660]] });
  });

  it("a step from 30 to 250 a second: theirs never speaks", () => {
    const rates = ratesOf(900, 30, (second) => (second < 600 ? 250 : 30));
    expect(sideBySide(rates)).toEqual({ netdata: [], ours: [[1, 660]] });
  });

  it("a ramp that doubles every 20 s: theirs never speaks", () => {
    const rates = ratesOf(400, 2, (second) => (second < 200 ? 2 * 2 ** (second / 20) : 2));
    const { netdata, ours: own } = sideBySide(rates);
    expect(netdata).toEqual([]);
    expect(own).toHaveLength(1);
    // At 18 a second: three doublings and a bit.
    expect(own[0]![0]).toBeLessThanOrEqual(66);
  });

  it("a ramp that doubles every 60 s: theirs never speaks", () => {
    const rates = ratesOf(900, 2, (second) => (second < 600 ? 2 * 2 ** (second / 60) : 2));
    const { netdata, ours: own } = sideBySide(rates);
    expect(netdata).toEqual([]);
    expect(own).toHaveLength(1);
    expect(own[0]![0]).toBeLessThanOrEqual(195);
  });

  it("a plateau of 30 minutes: theirs clears after a minute, ours never meanwhile", () => {
    const rates = ratesOf(2_400, 5, (second) => (second < 1_800 ? 600 : 5));
    expect(sideBySide(rates)).toEqual({ netdata: [[10, 70]], ours: [[1, 1_860]] });
  });

  it("a pulse of 5 s: both speak, theirs while it lies in the average", () => {
    const rates = ratesOf(300, 2, (second) => (second < 5 ? 400 : 2));
    expect(sideBySide(rates)).toEqual({ netdata: [[10, 20]], ours: [[1, 65]] });
  });

  it("a day's wave with a restart in it: neither speaks", () => {
    const day = 86_400;
    const wave = (second: number) => 40 + 25 * Math.sin((2 * Math.PI * second) / day);
    const rates = Array.from({ length: day + 7_200 }, (_, second) => wave(second));
    expect(netdataAlarms(rates)).toEqual([]);
    expect(ours(rates, (second) => second === 50_000)).toEqual([]);
  });

  it("and a flood on top of the wave stands out at any hour", () => {
    const day = 86_400;
    const wave = (second: number) => 40 + 25 * Math.sin((2 * Math.PI * second) / day);
    for (const at of [20_000, 60_000, 80_000]) {
      const rates = Array.from({ length: at + 600 }, (_, second) =>
        second >= at ? 400 : wave(second),
      );
      expect(ours(rates)).toEqual([{ raisedAt: at + 1, clearedAt: null }]);
    }
  });
});
