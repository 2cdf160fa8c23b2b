import { expect, it } from "vitest";
import { Patience } from "../../../lib/process/patience.ts";

it("doubles its pauses up to a ceiling, and begins anew when an attempt went well", () => {
  const patience = new Patience(100, 350);
  const told = () => [patience.attempt, patience.next()];
  expect([told(), told(), told(), told()]).toEqual([
    [1, 100],
    [2, 200],
    [3, 350],
    [4, 350],
  ]);
  patience.renew();
  expect(told()).toEqual([1, 100]);
});
