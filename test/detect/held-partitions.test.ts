import { describe, expect, it } from "vitest";
import { HeldPartitions } from "../../services/detect/held-partitions.ts";

const at = (partition: number) => ({ topic: "t", partition });

describe("held partitions", () => {
  function world() {
    const loaded: number[] = [];
    const held = new HeldPartitions<{ nextOffset: number }>();
    const load = async ({ partition }: { readonly partition: number }) => {
      loaded.push(partition);
      return { nextOffset: 0 };
    };
    return { loaded, held, load };
  }

  it("goes on where it stood with what a rebalance takes and gives back", async () => {
    const { loaded, held, load } = world();
    await held.assign([at(0), at(1)], load);
    held.get(1)!.nextOffset = 40;
    held.revoke([at(0), at(1)]);
    expect(held.get(1)).toBeUndefined();
    expect(await held.assign([at(1)], load)).toEqual([{ ...at(1), offset: 40 }]);
    expect(loaded).toEqual([0, 1]);
  });

  it("loads again what was somebody else's meanwhile", async () => {
    const { loaded, held, load } = world();
    await held.assign([at(0)], load);
    held.get(0)!.nextOffset = 40;
    held.revoke([at(0)]);
    await held.assign([at(1)], load);
    held.revoke([at(1)]);
    expect(await held.assign([at(0), at(1)], load)).toEqual([
      { ...at(0), offset: 0 },
      { ...at(1), offset: 0 },
    ]);
    expect(loaded).toEqual([0, 1, 0]);
  });
});
