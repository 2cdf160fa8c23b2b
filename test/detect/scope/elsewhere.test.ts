import { describe, expect, it } from "vitest";
import type { Outline } from "../../../lib/domain/outline.ts";
import { Elsewhere } from "../../../services/detect/scope/elsewhere.ts";

const outline = (over: Partial<Outline>): Outline => ({
  rule: "anywhere",
  scope: { name: "fleet", value: "all" },
  id: "tg-1",
  startedAt: 100,
  lastSeenAt: 160,
  isLiving: true,
  partition: 2,
  revision: 10,
  ...over,
});
const ids = (elsewhere: Elsewhere, from: number, to: number) =>
  elsewhere.overlapping("anywhere", "all", { from, to }).map(({ id }) => id);

describe("incidents that other partitions fold", () => {
  it("reach as far as was last said, and an old truth changes nothing", () => {
    const elsewhere = new Elsewhere();
    expect(elsewhere.put(outline({}))).toEqual({ from: 100, to: 160 });
    expect(elsewhere.put(outline({ lastSeenAt: 220, revision: 12 }))).toEqual({
      from: 100,
      to: 220,
    });
    expect(elsewhere.put(outline({ revision: 11, isLiving: false }))).toBeNull();
    expect(ids(elsewhere, 200, 300)).toEqual(["tg-1"]);
    expect(ids(elsewhere, 221, 300)).toEqual([]);
  });

  it("hold nothing once they are withdrawn, and everything they held is looked at again", () => {
    const elsewhere = new Elsewhere();
    elsewhere.put(outline({}));
    const gone = outline({ startedAt: 120, lastSeenAt: 130, revision: 11, isLiving: false });
    expect(elsewhere.put(gone)).toEqual({ from: 100, to: 160 });
    expect(ids(elsewhere, 0, 1_000)).toEqual([]);
  });

  it("are forgotten with the facts", () => {
    const elsewhere = new Elsewhere();
    elsewhere.put(outline({}));
    elsewhere.put(outline({ id: "tg-2", lastSeenAt: 500 }));
    elsewhere.forgetBefore(161);
    expect(elsewhere.state().map(({ id }) => id)).toEqual(["tg-2"]);
  });
});
