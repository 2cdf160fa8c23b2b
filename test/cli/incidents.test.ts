import { describe, expect, test } from "vitest";
import type { Incident } from "../../lib/domain/incident.ts";
import { formatTime } from "../../lib/domain/time.ts";
import { incident, NOW_MS, revised } from "../notify/incidents.ts";
import { KeptLog } from "./kept-log.ts";

const HOUR_MS = 3_600_000;

async function keep(log: KeptLog, ...incidents: Incident[]): Promise<void> {
  for (const each of incidents) await log.put("incidents", "incident", each.id, each);
}

/** Three incidents, the second in two revisions. */
async function threeIncidents() {
  const log = await KeptLog.open();
  const old = incident(1, {
    state: "resolved",
    severity: "low",
    metAt: formatTime(NOW_MS - 9 * HOUR_MS),
    lastSeenAt: formatTime(NOW_MS - 8 * HOUR_MS),
    scope: { name: "site", value: "ams1" },
  });
  const first = incident(2, { state: "confirmed", severity: "medium" });
  const grown = revised(first, { severity: "high", changes: ["hosts 10 → 20"] });
  const open = incident(3, { state: "confirmed", severity: "medium", metAt: formatTime(NOW_MS) });
  await keep(log, old, first, grown, open);
  return { log, old, grown, open };
}

describe("incidents list", () => {
  test("gives the newest revision of each, the latest first, while services run", async () => {
    const { log, old, grown, open } = await threeIncidents();
    const listed = await log.json("incidents", "list");
    expect(listed.map(({ id }) => id)).toEqual([open.id, grown.id, old.id]);
    expect(listed[1]).toEqual({ ...grown, controls: [] });
  });

  test.each([
    [["--state", "resolved"], [1]],
    [
      ["--severity", "high,low"],
      [2, 1],
    ],
    [["--scope", "ams1"], [1]],
    [["--scope", "fleet=ams1"], []],
    [
      ["--since", formatTime(NOW_MS - HOUR_MS)],
      [3, 2],
    ],
    [["--limit", "1"], [3]],
  ])("%j keeps %j", async (flags, numbers) => {
    const { log } = await threeIncidents();
    const listed = await log.json("incidents", "list", ...flags);
    expect(listed.map(({ id }) => Number(String(id).slice(-8)))).toEqual(numbers);
  });

  test("shows ids in full to a person, and says what it leaves out", async () => {
    const { log, open } = await threeIncidents();
    const { stdout, stderr } = await log.run("incidents", "list", "-o", "human", "--limit", "1");
    expect(stdout).toContain(open.id);
    expect(stderr).toContain("2 older ones are not shown");
  });

  test("an empty log is done; no log says where it was looked for", async () => {
    const log = await KeptLog.open();
    expect(await log.run("incidents", "list")).toEqual({ stdout: "", stderr: "", code: 0 });
    const { stderr, code } = await log.run("incidents", "list", "--config", "/nowhere.yaml");
    expect(stderr).toContain("/nowhere.yaml");
    expect(code).toBe(78);
  });
});

describe("incidents show", () => {
  test("tells the whole story by the last 8 characters of an id", async () => {
    const { log, grown } = await threeIncidents();
    const args = ["incidents", "show", grown.id.slice(-8), "-o", "human"];
    const { stdout } = await log.run(...args);
    const { evidence, hosts, nextSteps } = grown;
    for (const { text, at } of evidence) expect(stdout).toContain(`${text}  (${at})`);
    for (const { host } of hosts.list) expect(stdout).toContain(host);
    for (const { title } of nextSteps) expect(stdout).toContain(title);
    expect(stdout).toContain(grown.id);
    expect(stdout).toContain("hosts 10 → 20");
  });

  test("knows revisions, decisions and deliveries", async () => {
    const { log, grown } = await threeIncidents();
    await log.json("incidents", "note", grown.id, "asked", "the", "provider");
    const [story] = await log.json("incidents", "show", grown.id);
    expect(story).toMatchObject({
      id: grown.id,
      revisions: [{ revision: 1 }, { revision: 2, changes: ["hosts 10 → 20"] }],
      controls: [{ type: "note", reason: "asked the provider", author: "mira" }],
      deliveries: [],
    });
  });

  test.each(["00000009", "2"])("%s is no incident: 2", async (id) => {
    const { log } = await threeIncidents();
    const { stderr, code } = await log.run("incidents", "show", id);
    expect(stderr).toContain(`incident_unknown: there is no incident ${id} in this log`);
    expect(code).toBe(2);
  });
});

describe("decisions about an incident", () => {
  test("ack, close and note are controls over its event time", async () => {
    const { log, grown } = await threeIncidents();
    const id = grown.id.slice(-8);
    await log.json("incidents", "ack", id, "--reason", "on it", "--author", "noor");
    const until = "2026-11-21T00:00:00.000Z";
    await log.json("incidents", "close", id, "--as", "benign", "--until", until);
    const [listed] = await log.json("incidents", "list", "--severity", "high");
    const common = { incidentId: grown.id, from: grown.startedAt };
    expect(listed?.["controls"]).toMatchObject([
      { ...common, type: "acknowledge", author: "noor", reason: "on it", until: null },
      { ...common, type: "verdict", verdict: "benign", author: "mira", until },
    ]);
  });

  test("they can be made when nothing runs on the log", async () => {
    const { log, open } = await threeIncidents();
    await log.close();
    await log.json("incidents", "ack", open.id);
    const [listed] = await log.json("incidents", "list", "--limit", "1");
    expect(listed?.["controls"]).toMatchObject([{ type: "acknowledge" }]);
  });

  test("a verdict must be one that there is", async () => {
    const { log, open } = await threeIncidents();
    expect((await log.run("incidents", "close", open.id)).code).toBe(2);
    const { stderr, code } = await log.run("incidents", "close", open.id, "--as", "boring");
    expect(stderr).toContain("attack, benign, false, test");
    expect(code).toBe(2);
  });
});

describe("incidents export", () => {
  test("gives the incident object, the earliest first, whatever -o says", async () => {
    const { log, old, grown, open } = await threeIncidents();
    expect(await log.json("incidents", "export", "-o", "human")).toEqual([old, grown, open]);
    expect(await log.json("incidents", "export", "--state", "resolved")).toEqual([old]);
  });

  test("--revisions gives what the log still holds of them", async () => {
    const { log, grown } = await threeIncidents();
    const all = await log.json("incidents", "export", "--revisions", grown.id.slice(-8));
    expect(all.map(({ revision }) => revision)).toEqual([1, 2]);
  });
});
