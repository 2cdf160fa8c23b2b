import { expect, it } from "vitest";
import { PendingGate } from "../../../lib/stream/pending-gate.ts";

it("lets in what fits, then in the order of the calls, then refuses", async () => {
  const gate = new PendingGate(100, 2);
  expect(gate.enter(60)).toBeNull();
  expect(gate.enter(40)).toBeNull();
  const order: string[] = [];
  const big = gate.enter(90)?.then(() => order.push("big"));
  const small = gate.enter(1)?.then(() => order.push("small"));
  expect(() => gate.enter(1)).toThrow(expect.objectContaining({ code: "log_busy" }));

  gate.leave(40);
  await Promise.resolve();
  expect(order, "a small one does not overtake").toEqual([]);
  gate.leave(60);
  await Promise.all([big, small]);
  expect(order).toEqual(["big", "small"]);
});

it("lets a single entry above the bound in, alone", async () => {
  const gate = new PendingGate(100, 2);
  expect(gate.enter(500)).toBeNull();
  let entered = false;
  const next = gate.enter(1)?.then(() => (entered = true));
  expect(entered).toBe(false);
  gate.leave(500);
  await next;
  let drained = false;
  const draining = gate.drained().then(() => (drained = true));
  expect(drained).toBe(false);
  gate.leave(1);
  await draining;
});
