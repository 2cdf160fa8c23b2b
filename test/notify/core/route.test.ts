import { describe, expect, test } from "vitest";
import type { Incident } from "../../../lib/domain/incident.ts";
import type { Route, RouteMatch } from "../../../services/notify/core/route.ts";
import { routeTo } from "../../../services/notify/core/route.ts";
import { incident } from "../incidents.ts";

const ANY: RouteMatch = { severity: null, kind: null, rule: null, scope: null, value: null };

function route(sinks: string[], match: Partial<RouteMatch> = {}, more: Partial<Route> = {}): Route {
  return { match: { ...ANY, ...match }, sinks, continue: false, pageOn: "confirmed", ...more };
}

/** The example of contracts.md section 5. */
const EXAMPLE = [
  route(["pager"], { severity: ["high", "critical"] }, { continue: true, pageOn: "suspected" }),
  route(["siem", "archive"]),
];

const TABLE: [what: string, routes: Route[], over: Partial<Incident>, takers: string[]][] = [
  ["without routes everyone", [], {}, ["pager", "siem", "archive"]],
  ["first match and on", EXAMPLE, { severity: "high" }, ["pager", "siem", "archive"]],
  ["the rest", EXAMPLE, { severity: "low" }, ["siem", "archive"]],
  ["the first match wins", [route(["pager"]), route(["siem"])], {}, ["pager"]],
  ["no match", [route(["pager"], { kind: ["sweep"] })], {}, []],
  ["by rule", [route(["pager"], { rule: ["flood"] })], {}, ["pager"]],
  ["by scope", [route(["pager"], { scope: ["fleet"] }), route(["siem"])], {}, ["siem"]],
  ["by site", [route(["pager"], { scope: ["site"], value: ["fra1"] })], {}, ["pager"]],
  ["all must fit", [route(["pager"], { severity: ["high"], value: ["muc2"] })], {}, []],
  [
    "continue without a match changes nothing",
    [route(["pager"], { kind: ["sweep"] }, { continue: true }), route(["siem"])],
    {},
    ["siem"],
  ],
];

describe("routes", () => {
  test.each(TABLE)("%s", (_what, routes, over, takers) => {
    const found = ["pager", "siem", "archive"].filter(
      (sink) => routeTo(routes, sink, incident(1, over)) !== null,
    );
    expect(found).toEqual(takers);
  });

  test("where several lead to one sink, the earliest state counts", () => {
    const early = route(["pager"], {}, { pageOn: "suspected", continue: true });
    expect(routeTo([early, route(["pager"])], "pager", incident())).toBe("suspected");
    const late = route(["pager"], {}, { continue: true });
    expect(routeTo([late, { ...early, continue: false }], "pager", incident())).toBe("suspected");
  });
});
