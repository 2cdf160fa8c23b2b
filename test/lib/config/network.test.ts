import { describe, expect, test } from "vitest";
import { addressRange } from "../../../lib/config/network.ts";

describe("a network", () => {
  const field = addressRange("One network.");

  test.each(["10.1.0.0/16", "127.0.0.1", "0.0.0.0/0", "fd00::/8", "::1", "::/0", "10.0.0.1/32"])(
    "%s",
    (text) => {
      expect(field.safeParse(text).success).toBe(true);
    },
  );

  test.each([
    "",
    "localhost",
    "10.1/16",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "fe80::1%eth0",
    "10.0.0.0/8 ",
  ])("%j is none", (text) => {
    expect(field.safeParse(text).success).toBe(false);
  });
});
