import { expect, test } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { rulesOf } from "../../../lib/config/rule-pack.ts";
import { validate } from "../../../lib/config/validate.ts";
import { ALONE_STEPS } from "../../../lib/domain/alone-steps.ts";
import { FLOOD_MASK, FLOOD_STEPS } from "../../../lib/domain/flood-steps.ts";
import { gaugeMask } from "../../../lib/domain/gauge.ts";

test("without rules the default pack applies", () => {
  const { config } = loadConfig({ env: {}, workingDirectory: "/nonexistent" });
  expect(config === null ? [] : rulesOf(config)).toEqual([
    {
      name: "flood",
      type: "flood",
      scope: "site",
      gaugeMask: FLOOD_MASK,
      signal: "flood",
      hosts: 3,
      withinSeconds: 120,
      reopenWithinSeconds: 0,
      severity: null,
      steps: FLOOD_STEPS,
      gapSeconds: 10,
    },
    {
      name: "single-host",
      type: "single_host",
      scope: "host",
      gaugeMask: FLOOD_MASK,
      signal: "flood",
      hosts: 1,
      withinSeconds: 60,
      reopenWithinSeconds: 0,
      severity: "low",
      steps: ALONE_STEPS,
    },
  ]);
});

test("rule resets counts hosts whose resets are far above normal, one of them unless set", () => {
  const { config } = validate({ rules: [{ name: "resets", type: "resets", scope: "site" }] });
  expect(config === null ? [] : rulesOf(config)).toEqual([
    {
      name: "resets",
      type: "host_count",
      scope: "site",
      gaugeMask: gaugeMask(["resets_sent", "attempt_fails"]),
      signal: "resets",
      hosts: 1,
      withinSeconds: 60,
      reopenWithinSeconds: 0,
      severity: "medium",
    },
  ]);
});

test("a flood rule of noisy hosts asks for so many times the dwell", () => {
  const flood = { name: "flood", type: "flood", scope: "site", dwell_factor: 2 };
  const { config } = validate({ rules: [flood] });
  const [rule] = config === null ? [] : rulesOf(config);
  expect(rule?.steps?.map(({ dwellSeconds }) => dwellSeconds)).toEqual(
    FLOOD_STEPS.map(({ dwellSeconds }) => dwellSeconds * 2),
  );
});

test("a rules list replaces the pack; a class names one gauge, a signal its family", () => {
  const rule = { type: "host_count", hosts: 5, within: "2m", scope: "fleet" };
  const { config } = validate({
    rules: [
      { ...rule, name: "one", class: "open_port_rst", severity: "high", reopen_within: "10m" },
      { ...rule, name: "family", signal: "tcp_reset" },
    ],
  });
  expect(config === null ? [] : rulesOf(config)).toMatchObject([
    {
      signal: "open_port_rst",
      gaugeMask: gaugeMask(["open_port_rst"]),
      severity: "high",
      reopenWithinSeconds: 600,
    },
    {
      signal: "tcp_reset",
      gaugeMask: gaugeMask(["tcp_reset", "closed_port_rst", "open_port_rst"]),
      severity: "medium",
      reopenWithinSeconds: 0,
    },
  ]);
});

test("an empty list is no rule at all, not the pack", () => {
  const { config } = validate({ rules: [] });
  expect(config?.rules).toEqual([]);
});
