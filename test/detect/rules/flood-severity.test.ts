import { describe, expect, it } from "vitest";
import { floodReasons, floodSeverity } from "../../../services/detect/rules/flood-severity.ts";

describe("the severity of a flood", () => {
  it.each([
    ["few hosts, weakly", 4, 20, 4 * 300, "medium"],
    ["few hosts, hard", 4, 20, 4 * 800, "high"],
    ["a quarter of them", 5, 20, 5 * 30, "high"],
    ["all of them, below a torrent", 20, 20, 20 * 799, "high"],
    ["half of them, hard", 10, 20, 10 * 900, "high"],
    ["most of them, hard", 11, 20, 11 * 900, "critical"],
    ["most of a site that hardly anything is seen of", 4, 4, 4 * 5_000, "high"],
    ["all of a small site", 5, 5, 5 * 5_000, "critical"],
  ])("%s: %d of %d hosts at %d a second", (_title, hosts, hostsSeen, offered, severity) => {
    const extent = { hosts, hostsSeen, offeredPeakPerSecond: offered };
    expect(floodSeverity(extent)).toBe(severity);
  });

  it("is given with its reasons", () => {
    const extent = { hosts: 37, hostsSeen: 50, offeredPeakPerSecond: 13_616 };
    expect(floodReasons(extent, 41)).toEqual([
      "37 of 50 visible hosts",
      "13,616/s in the worst second, normal 41/s: 368/s a host",
    ]);
    expect(floodReasons(extent, null)[1]).toBe("13,616/s in the worst second: 368/s a host");
  });
});
