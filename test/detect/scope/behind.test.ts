import { describe, expect, it } from "vitest";
import { Behind } from "../../../services/detect/scope/behind.ts";

const heartbeat = (partition: number, missingSources: readonly string[] = []) => {
  return { partition, offset: 1, logTimeMs: 1_000, missingSources, canaries: [] };
};

describe("what the counts do not hold yet", () => {
  it("is named while it lags, and told once when it changes", () => {
    const behind = new Behind();
    expect(behind.hear(heartbeat(0), [])).toBe(false);
    expect(behind.hear(heartbeat(0, ["lines/5"]), [])).toBe(true);
    expect(behind.hear(heartbeat(1, ["lines/5"]), [])).toBe(false);
    expect(behind.sentences()).toEqual(["lines of lines/5: not counted since it lags"]);
    expect(behind.hear(heartbeat(0), ["1"])).toBe(true);
    // What a silent partition said last is not known of now.
    expect(behind.sentences()).toEqual([
      "hosts of observations partition 1: not counted since it lags",
    ]);
    expect(behind.hear(heartbeat(1), [])).toBe(true);
    expect(behind.sentences()).toEqual([]);
  });

  it("comes back from a snapshot without being news", () => {
    const behind = new Behind();
    behind.hear(heartbeat(0, ["lines/5"]), ["2"]);
    const again = new Behind();
    again.restore(JSON.parse(JSON.stringify(behind.state())));
    expect(again.sentences()).toEqual(behind.sentences());
    expect(again.hear(heartbeat(0, ["lines/5"]), ["2"])).toBe(false);
  });

  it("stays readable when everything lags", () => {
    const behind = new Behind();
    const partitions = Array.from({ length: 60 }, (_, partition) => String(partition));
    behind.hear(heartbeat(60), partitions);
    expect(behind.sentences()[0]).toContain("0, 1, 2, 3, 4 and 55 more");
  });
});
