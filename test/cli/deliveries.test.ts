import { describe, expect, test } from "vitest";
import type { Delivery } from "../../lib/domain/delivery.ts";
import { deliveryRecordKey } from "../../lib/wire/record-key.ts";
import { MESSAGE_SAMPLES } from "../lib/wire/message-samples.ts";
import { incident, NOW_MS } from "../notify/incidents.ts";
import { KeptLog } from "./kept-log.ts";

function delivery(over: Partial<Delivery>): Delivery {
  return { ...MESSAGE_SAMPLES.delivery, incidentId: incident(1).id, ...over };
}

async function twoSinks() {
  const log = await KeptLog.open();
  const told = delivery({ sink: "archive", state: "sent", attemptedAtMs: NOW_MS });
  const tried = delivery({ sink: "pager", state: "failed", attemptedAtMs: NOW_MS + 1 });
  const dead = delivery({ sink: "pager", state: "dead", attemptedAtMs: NOW_MS + 2 });
  for (const each of [told, tried, dead]) {
    await log.put("deliveries", "delivery", deliveryRecordKey(each), each);
  }
  await log.put("incidents", "incident", incident(1).id, incident(1));
  return log;
}

describe("deliveries", () => {
  test("list gives the latest of each sink and incident", async () => {
    const log = await twoSinks();
    const listed = await log.json("deliveries", "list");
    expect(listed).toMatchObject([
      { sink: "pager", state: "dead" },
      { sink: "archive", state: "sent", attemptedAt: "2026-11-20T08:30:00.000Z" },
    ]);
    expect(await log.json("deliveries", "list", "--state", "sent")).toHaveLength(1);
    expect(await log.json("deliveries", "list", "--sink", "pager")).toHaveLength(1);
  });

  test("retry asks the notifier to send it again", async () => {
    const log = await twoSinks();
    const id = incident(1).id.slice(-8);
    expect(await log.json("deliveries", "retry", id, "--sink", "pager")).toHaveLength(1);
    const pending = await log.json("deliveries", "list", "--state", "pending");
    expect(pending).toMatchObject([{ sink: "pager", attempts: 0 }]);
  });

  test("retry --dead takes what was given up, and only that", async () => {
    const log = await twoSinks();
    expect(await log.json("deliveries", "retry", "--dead")).toMatchObject([{ sink: "pager" }]);
    const { stderr, code } = await log.run("deliveries", "retry", "--dead");
    expect({ stderr, code }).toEqual({ stderr: "there is nothing to send again\n", code: 0 });
  });

  test("retry of nothing named is a question that cannot be answered: 2", async () => {
    const log = await twoSinks();
    expect((await log.run("deliveries", "retry")).code).toBe(2);
  });
});
