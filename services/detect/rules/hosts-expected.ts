import type { Inventory } from "../../../lib/domain/inventory.ts";
import type { Scoping } from "../../../lib/domain/scoping.ts";
import type { Watch } from "../scope/watch.ts";

/** How many hosts the inventory puts into a watch's scope; null without an inventory. */
export function hostsExpectedOf(
  inventory: Inventory,
  scoping: Scoping,
): (watch: Watch) => number | null {
  if (inventory.hosts.length === 0) return () => null;
  const counts = new Map<string, number>();
  for (const { realm, host } of inventory.hosts) {
    scoping.scopesOf(realm, host).forEach((value, index) => {
      const key = `${scoping.definitions[index]!.name}\0${value}`;
      if (value !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  return ({ rule, scope }) =>
    rule.type === "single_host" ? 1 : (counts.get(`${scope.name}\0${scope.value}`) ?? 0);
}
