import { describe, expect, test } from "vitest";
import { AddressGuard } from "../../../services/notify/deliver/address-guard.ts";

/** As a URL would be read, and to whom it would connect. */
const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, "");

/** Everything that means this machine, the network around it, or the metadata of a cloud. */
const INSIDE = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0177.0.0.1/",
  "http://127.0.0.1./",
  "http://１２７.０.０.１/",
  "http://0.0.0.0/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[::127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[2002:7f00:1::]/",
  "http://10.0.0.1/",
  "http://172.31.255.255/",
  "http://192.168.1.1/",
  "http://100.64.0.1/",
  "http://169.254.169.254/",
  "http://[fe80::1]/",
  "http://[fd00:ec2::254]/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
];

describe("where nothing is sent unless it is allowed", () => {
  test.each(INSIDE)("%s", async (url) => {
    expect(await new AddressGuard([]).resolve(hostOf(url))).toEqual([]);
  });

  test("localhost, by whatever name it is known", async () => {
    expect(await new AddressGuard([]).resolve("localhost")).toEqual([]);
  });

  test.each(["203.0.114.1", "8.8.8.8", "2600::1"])("%s is public", (address) => {
    expect(new AddressGuard([]).permits(address)).toBe(true);
  });

  test("a network that is listed, and no other", () => {
    const guard = new AddressGuard(["10.1.0.0/16", "127.0.0.1", "fd00:1::/32"]);
    expect(guard.permits("10.1.2.3")).toBe(true);
    expect(guard.permits("::ffff:10.1.2.3")).toBe(true);
    expect(guard.permits("127.0.0.1")).toBe(true);
    expect(guard.permits("fd00:1::5")).toBe(true);
    expect(guard.permits("10.2.2.3")).toBe(false);
    expect(guard.permits("127.0.0.2")).toBe(false);
    expect(guard.permits("169.254.169.254")).toBe(false);
  });

  test("what is no address", () => {
    for (const text of ["", "localhost", "10.1", "::g"]) {
      expect(new AddressGuard(["0.0.0.0/0", "::/0"]).permits(text)).toBe(false);
    }
  });
});
