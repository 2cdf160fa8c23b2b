import { expect, test } from "vitest";
import { METRICS } from "../../../lib/telemetry/events.ts";
import { renderTelemetry } from "../../../lib/telemetry/reference.ts";
import { renderPages } from "../../../scripts/docs.ts";

test("the reference names every metric, and the page in docs/ is fresh", async () => {
  const page = renderTelemetry();
  const missing = METRICS.filter(({ name }) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
  expect(await renderPages(true)).not.toContain("docs/telemetry.md");
});
