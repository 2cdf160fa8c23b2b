import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScopeMembers } from "../../../services/detect/host/scope-members.ts";
import { SilentHosts } from "../../../services/detect/host/silent-hosts.ts";
import { LIMITS } from "../../../services/detect/limits.ts";

const BASE = 1_795_233_600;
const AFTER = LIMITS.silentAfterSeconds;
const LOOK = LIMITS.silentLookSeconds;

/** Hosts 0, 2, 4 … are of one site, 1, 3, 5 … of another. */
function newSilent(hosts = 4): { silent: SilentHosts; members: ScopeMembers } {
  const members = new ScopeMembers();
  for (let host = 0; host < hosts; host++) members.add(host, host % 2 === 0 ? "fra1" : "ams1");
  return { silent: new SilentHosts([members, new ScopeMembers()]), members };
}

/** Log time goes on second by second; hosts of `heard` send a sample each minute. */
function pass(silent: SilentHosts, from: number, to: number, heard: readonly number[]): void {
  for (let second = from; second <= to; second++) {
    if (second % 60 === 0) for (const host of heard) silent.heard(host, BASE + second);
    silent.look(BASE + second);
  }
}

function namesOf(silent: SilentHosts, scope: number): number[] {
  return silent.namedOf(0, scope).map(({ host }) => host);
}

describe("silent hosts", () => {
  it("are those that send no more samples for three minutes of log time", () => {
    const { silent } = newSilent();
    pass(silent, 0, 600, [0, 1, 2]);
    pass(silent, 601, 600 + AFTER, [0, 1]);
    expect(namesOf(silent, 0)).toEqual([]);
    pass(silent, 601 + AFTER, 600 + AFTER + LOOK, [0, 1]);
    expect(silent.namedOf(0, 0)).toEqual([{ host: 2, sinceSecond: BASE + 600 }]);
    expect([silent.countOf(0, 0), silent.countOf(0, 1)]).toEqual([1, 0]);
    expect(silent.isSilent(2)).toBe(true);
    // One that only writes lines was never heard here.
    expect(silent.isSilent(3)).toBe(false);
  });

  it("are silent no more with their next sample", () => {
    const { silent } = newSilent();
    pass(silent, 0, 60, [0, 2]);
    pass(silent, 61, 400, [0]);
    expect(namesOf(silent, 0)).toEqual([2]);
    silent.heard(2, BASE + 401);
    silent.look(BASE + 401);
    expect(namesOf(silent, 0)).toEqual([]);
    expect(silent.countOf(0, 0)).toBe(0);
  });

  it("are none while log time stands, nor where all of it was paused", () => {
    const { silent } = newSilent();
    pass(silent, 0, 60, [0, 1, 2]);
    for (let turn = 0; turn < 1_000; turn++) silent.look(BASE + 60);
    // The whole pipeline was away for an hour; then hosts are heard again one by one.
    silent.look(BASE + 3_660);
    expect(silent.countOf(0, 0)).toBe(0);
    pass(silent, 3_661, 3_720, [0, 1, 2]);
    pass(silent, 3_721, 4_200, [0, 1, 2]);
    expect([silent.countOf(0, 0), silent.countOf(0, 1)]).toEqual([0, 0]);
  });

  it("are told by when they were heard also where log time is looked at seldom", () => {
    const { silent } = newSilent();
    silent.look(BASE);
    for (let second = 0; second <= 1_200; second += 60) {
      silent.heard(0, BASE + second);
      if (second <= 240) silent.heard(2, BASE + second);
      if (second % 60 === 0) silent.look(BASE + second);
    }
    expect(silent.namedOf(0, 0)).toEqual([{ host: 2, sinceSecond: BASE + 240 }]);
  });

  it("are named up to a limit, the latest first, and counted beyond it", () => {
    const hosts = 2 * LIMITS.silentNamedMax + 40;
    const { silent } = newSilent(2 * hosts);
    silent.look(BASE);
    for (let host = 0; host < hosts; host++) {
      silent.heard(2 * host, BASE + host);
      silent.look(BASE + host);
    }
    pass(silent, hosts, hosts + 400, []);
    expect(silent.countOf(0, 0)).toBe(hosts);
    const named = namesOf(silent, 0);
    expect(named.length).toBe(LIMITS.silentNamedMax);
    expect(named.slice(0, 2)).toEqual([2 * (hosts - 1), 2 * (hosts - 2)]);
    // Where one comes back another one takes its place.
    silent.heard(named[0]!, BASE + hosts + 401);
    silent.look(BASE + hosts + 401);
    expect(namesOf(silent, 0).length).toBe(LIMITS.silentNamedMax);
    expect(silent.countOf(0, 0)).toBe(hosts - 1);
  });

  it("go on from a snapshot as if nothing had happened", () => {
    const step = fc.record({
      seconds: fc.constantFrom(1, 7, 30, 100, 400),
      heard: fc.uniqueArray(fc.nat(5), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, stopAt) => {
        const whole = newSilent(6).silent;
        let restarted = newSilent(6).silent;
        let second = BASE;
        steps.forEach(({ seconds, heard }, at) => {
          if (at === stopAt) restarted = restored(restarted, 6);
          second += seconds;
          for (const silent of [whole, restarted]) {
            for (const host of heard) silent.heard(host, second);
            silent.look(second);
          }
          expect(toldBy(restarted)).toEqual(toldBy(whole));
        });
      }),
    );
  });
});

function restored(before: SilentHosts, hosts: number): SilentHosts {
  const { silent } = newSilent(hosts);
  const state = before.state();
  if (state !== null) silent.restore(state);
  for (let host = 0; host < hosts; host++) silent.restoreWord(host, before.wordOf(host));
  silent.countRestored();
  return silent;
}

function toldBy(silent: SilentHosts): unknown {
  return [0, 1].map((scope) => [silent.countOf(0, scope), silent.namedOf(0, scope)]);
}
