import { describe, expect, test } from "vitest";
import type { Control } from "../../../lib/domain/control.ts";
import { concerns, findControl } from "../../../services/notify/core/silence.ts";
import { incident, NOW_MS } from "../incidents.ts";

const MINUTE_MS = 60_000;

function control(over: Partial<Control>): Control {
  return {
    id: "c-1",
    type: "silence",
    author: "kim",
    reason: "load test",
    writtenAtMs: NOW_MS,
    fromMs: NOW_MS - MINUTE_MS,
    untilMs: NOW_MS + MINUTE_MS,
    incidentId: null,
    scope: null,
    verdict: null,
    matchers: [],
    ...over,
  };
}

const one = incident();

describe("what a control concerns", () => {
  const TABLE: [what: string, over: Partial<Control>, fits: boolean][] = [
    ["a silence that names nothing: everything", {}, true],
    ["its scope", { scope: { name: "site", value: "fra1" } }, true],
    ["another site", { scope: { name: "site", value: "muc2" } }, false],
    ["its incident", { incidentId: one.id }, true],
    ["another incident", { incidentId: "tg-other" }, false],
    ["a severity", { matchers: [{ field: "severity", values: ["high", "low"] }] }, true],
    ["another severity", { matchers: [{ field: "severity", values: ["low"] }] }, false],
    ["the word of a route", { matchers: [{ field: "rule", values: ["flood"] }] }, true],
    ["a path", { matchers: [{ field: "rule.version", values: ["1"] }] }, true],
    ["a field that is not there", { matchers: [{ field: "nonsense", values: ["1"] }] }, false],
    [
      "what every object has",
      { matchers: [{ field: "constructor.name", values: ["Object"] }] },
      false,
    ],
    ["an object", { matchers: [{ field: "scope.", values: ["[object Object]"] }] }, false],
    ["an acknowledgement of nothing", { type: "acknowledge" }, false],
  ];
  test.each(TABLE)("%s", (_what, over, fits) => {
    expect(concerns(control(over), one)).toBe(fits);
  });

  test("some of the hosts do not hide the others, nor what the list leaves out", () => {
    const hosts = (names: string[], truncated = false) => ({
      count: names.length,
      list: names.map((host) => ({ ...one.hosts.list[0]!, host })),
      truncated,
    });
    const matchers = [{ field: "hosts.list.host", values: ["a", "b"] }];
    const silence = control({ matchers });
    expect(concerns(silence, incident(1, { hosts: hosts(["a"]) }))).toBe(true);
    expect(concerns(silence, incident(1, { hosts: hosts(["a", "b", "c"]) }))).toBe(false);
    expect(concerns(silence, incident(1, { hosts: hosts(["a"], true) }))).toBe(false);
  });
});

describe("when a control holds", () => {
  const at = (offsetMs: number, over: Partial<Control> = {}) =>
    findControl([control(over)], ["silence"], one, NOW_MS + offsetMs) !== null;

  test("from its start to just before its end, in event time", () => {
    expect([at(-MINUTE_MS - 1), at(-MINUTE_MS), at(MINUTE_MS - 1), at(MINUTE_MS)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("without end for ever, and only as what it is", () => {
    expect(at(1e12, { untilMs: null })).toBe(true);
    expect(at(0, { type: "note" })).toBe(false);
    expect(at(0, { type: "maintenance" })).toBe(false);
  });
});
