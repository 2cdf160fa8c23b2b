import { describe, expect, test } from "vitest";
import { incident } from "../notify/incidents.ts";
import { KeptLog } from "./kept-log.ts";

async function twoSites() {
  const log = await KeptLog.open();
  const here = incident(1, { state: "confirmed", scope: { name: "site", value: "fra1" } });
  const there = incident(2, { state: "confirmed", scope: { name: "site", value: "ams1" } });
  const past = incident(3, { state: "resolved", scope: { name: "site", value: "fra1" } });
  for (const each of [here, there, past]) await log.put("incidents", "incident", each.id, each);
  return { log, here, there };
}

const ADD = ["silences", "add", "--reason", "load test", "--for", "2h"];

describe("silences", () => {
  test("--dry-run shows what it would match and adds nothing", async () => {
    const { log, here } = await twoSites();
    const [silence] = await log.json(...ADD, "--dry-run", "site=fra1");
    expect(silence).toMatchObject({ added: false, matches: { open: [here.id], past: 1 } });
    expect(await log.json("silences", "list")).toEqual([]);
  });

  test("add tells author, reason, end and matches; list shows the same", async () => {
    const { log, here } = await twoSites();
    const [silence] = await log.json(...ADD, "site=fra1", "severity=low,medium,high,critical");
    expect(silence).toMatchObject({
      type: "silence",
      author: "mira",
      reason: "load test",
      added: true,
      matchers: [{ field: "site", values: ["fra1"] }, { field: "severity" }],
      matches: { open: [here.id], past: 1 },
    });
    const { from, until } = silence as { from: string; until: string };
    expect(Date.parse(until) - Date.parse(from)).toBe(2 * 3_600_000);
    const [listed] = await log.json("silences", "list");
    expect(listed).toMatchObject({ id: silence?.["id"], matches: { open: [here.id], past: 1 } });
  });

  test("--incident silences one", async () => {
    const { log, there } = await twoSites();
    const [silence] = await log.json(...ADD, "--incident", there.id.slice(-8));
    expect(silence).toMatchObject({ incidentId: there.id, matches: { open: [there.id], past: 0 } });
  });

  test("expire ends it now; --all still lists it", async () => {
    const { log } = await twoSites();
    const [silence] = await log.json(...ADD, "site=fra1");
    const id = String(silence?.["id"]);
    const [ended] = await log.json("silences", "expire", id.slice(-8));
    expect(Date.parse(String(ended?.["until"]))).toBeLessThanOrEqual(Date.now());
    expect(await log.json("silences", "list")).toEqual([]);
    expect(await log.json("silences", "list", "--all")).toMatchObject([{ id }]);
  });

  test.each([
    [["silences", "add", "--reason", "x", "site=fra1"], "a silence has an end"],
    [["silences", "add", "--for", "2h", "site=fra1"], "--reason"],
    [ADD, "it would hide everything"],
    [[...ADD, "stie=fra1"], "stie=fra1 matches nothing"],
    [[...ADD, "site="], "site= matches nothing"],
    [["silences", "expire", "nothing0"], "no silence is called nothing0"],
  ])("%j is a question that cannot be answered: 2", async (args, message) => {
    const { log } = await twoSites();
    const { stderr, code } = await log.run(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
