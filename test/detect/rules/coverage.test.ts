import { describe, expect, it } from "vitest";
import { DetectBench } from "../../support/detect.ts";
import { BASE_SECOND, THREE_HOSTS } from "../../support/three-hosts.ts";

/** Four of five hosts of a site refuse packets; an inventory may say how many it has. */
function coverageWith(hostsExpected: number | null) {
  const bench = new DetectBench([THREE_HOSTS]);
  bench.hostsExpected = hostsExpected;
  const second = BASE_SECOND;
  const hot = [1, 2, 3, 4].map((host) => ({ host: `fra1-web-${host}`, second }));
  const quiet = { host: "fra1-web-5", second, offered: 100, allowed: 100 };
  bench.fold([...hot, quiet]).settle(BASE_SECOND);
  const { coverage, hosts } = bench.finish()[0]!;
  expect(hosts.count).toBe(4);
  return coverage;
}

describe("coverage", () => {
  it("expects the hosts of the inventory", () => {
    expect(coverageWith(50)).toMatchObject({ expected: 50, unmeasured: 50 });
  });

  it("expects the hosts that were seen where there is no inventory", () => {
    expect(coverageWith(null)).toMatchObject({ expected: 5, unmeasured: 5 });
  });

  it("expects at least who took part, and says that the inventory does not name them all", () => {
    const { expected, unmeasured, blind } = coverageWith(2);
    expect([expected, unmeasured]).toEqual([4, 4]);
    expect(blind).toContain("the inventory names only 2 hosts of it");
  });

  it("has nothing to say of an inventory that is right", () => {
    expect(coverageWith(4).blind).toEqual(coverageWith(null).blind);
  });
});
